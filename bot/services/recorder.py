"""Writing changes down: before they are sent, and again when their outcome is known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.models import Allocation, GameServer
from bot.domain.record import Entry, Outcome, Values
from bot.errors import BotError
from bot.panel.errors import PanelTrouble
from bot.services.changes import Change, Truth, Verb
from bot.services.desk import Desk
from bot.services.ports import Clock, Record

_OUTCOME = {Truth.DONE: Outcome.DONE, Truth.NOT_DONE: Outcome.NOT_DONE, Truth.UNKNOWN: Outcome.UNKNOWN}


class Recorder:
    """Records a change around its making; one that a crash interrupts stays on record as unknown."""

    def __init__(self, record: Record, *, now: Clock) -> None:
        self._record = record
        self._now = now

    async def of(
        self,
        user_id: int,
        desk: Desk,
        verb: Verb,
        make: Callable[[], Awaitable[Change]],
        allocation: int | None = None,
        *,
        after: Values | None = None,
    ) -> Change:
        """Record the change, make it, record what became of it, and return it."""
        known = desk.known
        row = known.allocation(allocation) if known and allocation is not None else None
        entry = Entry(
            user_id=user_id,
            at=self._now(),
            server=desk.server,
            server_name=known.name if known else desk.server,
            verb=verb.value,
            allocation_id=allocation,
            address=row.address if row else None,
            before=_primary(known.primary) if verb is Verb.PRIMARY and known else _notes(row, known),
            after=(_primary(row) or after) if verb is Verb.PRIMARY else after,
        )
        number = await self._record.begin(entry)
        try:
            change = await make()
        except BotError as problem:
            outcome = Outcome.NOT_DONE if isinstance(problem, PanelTrouble) else Outcome.REFUSED
            await self._record.settle(number, replace(entry, outcome=outcome))
            raise
        entry = _settled(entry, change)
        await self._record.settle(number, entry)
        if verb is Verb.CREATE and any(s.verb is Verb.PRIMARY and s.truth is Truth.DONE for s in change.steps):
            promotion = replace(
                entry, verb=Verb.PRIMARY.value, before=_primary(change.previous), after=_primary(change.allocation)
            )
            await self._record.add(promotion)
        return change


def _notes(row: Allocation | None, server: GameServer | None) -> Values | None:
    hidden = row is not None and server is not None and not server.shows_notes(row)
    return None if row is None or hidden else {"notes": row.notes}


def _primary(row: Allocation | None) -> Values | None:
    return None if row is None else {"primary": row.id, "address": row.address}


def _settled(entry: Entry, change: Change) -> Entry:
    row = change.allocation
    before, after = entry.before, entry.after
    if change.verb is Verb.PRIMARY:
        before = _primary(change.previous) or before
        after = _primary(row) or after
    elif change.verb is Verb.CREATE:
        after = {"notes": row.notes} if row else after
    elif change.verb is Verb.DELETE:
        before = _notes(row, change.server) or before
    return replace(
        entry,
        server_name=change.server.name if change.server else entry.server_name,
        allocation_id=row.id if row else entry.allocation_id,
        address=row.address if row and row.port else entry.address,
        before=before,
        after=after,
        # After a lost answer "not done" is only what was seen: a slow panel may still do it.
        outcome=Outcome.UNKNOWN if change.trouble and change.truth is Truth.NOT_DONE else _OUTCOME[change.truth],
    )
