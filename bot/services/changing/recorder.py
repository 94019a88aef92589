"""Writing changes down: before they are sent, and again when their outcome is known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from bot.domain.models import Allocation, GameServer
from bot.domain.record import Entry, Outcome, Values
from bot.errors import BotError, StillUnderWay
from bot.panel.errors import PanelTrouble, RateLimited
from bot.services.changing.changes import Change, Truth, Verb
from bot.services.ports import Clock, Record

_OUTCOME = {Truth.DONE: Outcome.DONE, Truth.NOT_DONE: Outcome.NOT_DONE, Truth.UNKNOWN: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody is about to do: on which server, as read just now, to which allocation, with what."""

    user_id: int
    server: str
    now: GameServer | None
    verb: Verb
    row: Allocation | None = None
    notes: str | None = None
    waits: bool = False
    """Whether it waits where the panel takes nothing more for now: that is no refusal, and leaves no entry."""


class Recorder:
    """Records a change around its making; one that a crash interrupts stays on record as unknown."""

    def __init__(self, record: Record, *, now: Clock) -> None:
        self._record = record
        self._now = now

    async def of(self, intent: Intent, make: Callable[[int], Awaitable[Change]]) -> Change:
        """Record the change, make it, record what became of it, and return it with its numbers on the record.

        `make` gets its number.
        """
        entry = self._entry(intent)
        number = await self._record.begin(entry)
        try:
            change = await make(number)
        except BotError as problem:
            never_sent = isinstance(problem, StillUnderWay)
            if never_sent or (intent.waits and isinstance(problem, RateLimited)):
                await self._record.withdraw(intent.user_id, number)
                raise
            outcome = Outcome.NOT_DONE if isinstance(problem, PanelTrouble) else Outcome.REFUSED
            await self._record.settle(number, replace(entry, outcome=outcome))
            raise
        settled = _settled(entry, change)
        await self._record.settle(number, settled)
        return replace(change, number=number, promotion=await self._promotion(number, settled, change))

    async def correct(self, user_id: int, change: Change) -> None:
        """Record that a change did not stay; of a creation that only is not the primary any more, the promotion."""
        await self.did_not_stay(user_id, {change.number if change.gone else None, change.promotion})

    async def did_not_stay(self, user_id: int, numbers: Iterable[int | None]) -> None:
        """Record that the changes of these numbers did not stay; None stands for one that is not on record."""
        for number in numbers:
            entry = None if number is None else await self._record.one(user_id, number)
            if entry is not None:
                await self._record.settle(entry.number, replace(entry, outcome=Outcome.NOT_DONE))

    def _entry(self, intent: Intent) -> Entry:
        row, now = intent.row, intent.now
        after: Values | None = {"notes": intent.notes}
        if intent.verb is Verb.PRIMARY:
            after = _primary(row)
        return Entry(
            user_id=intent.user_id,
            at=self._now(),
            server=intent.server,
            server_name=now.name if now else intent.server,
            verb=intent.verb.value,
            allocation_id=row.id if row else None,
            address=row.address if row and row.port else None,
            before=_primary(now.primary) if intent.verb is Verb.PRIMARY and now else _notes(row, now),
            after=None if intent.verb is Verb.DELETE else after,
        )

    async def _promotion(self, number: int, entry: Entry, change: Change) -> int | None:
        """Return the number of the promotion's entry; one within a creation gets an entry of its own."""
        if not change.promoted or change.allocation is None:
            return None
        if change.verb is Verb.CREATE:
            promotion = replace(
                entry,
                verb=Verb.PRIMARY.value,
                before=_primary(change.previous),
                after=_primary(change.allocation),
                outcome=Outcome.DONE,
            )
            return await self._record.add(promotion)
        return number


def _notes(row: Allocation | None, server: GameServer | None) -> Values | None:
    known = row is not None and server is not None and server.allocation(row.id) is not None and server.shows_notes(row)
    return {"notes": row.notes} if known and row else None


def _primary(row: Allocation | None) -> Values | None:
    return None if row is None else {"primary": row.id, "address": row.address if row.port else None}


def _settled(entry: Entry, change: Change) -> Entry:
    row = change.allocation
    after = entry.after
    if change.verb is Verb.PRIMARY and row and row.port:
        after = _primary(row)
    elif change.verb is Verb.CREATE:
        after = {"notes": row.notes} if row else after
    return replace(
        entry,
        server_name=change.server.name if change.server else entry.server_name,
        allocation_id=row.id if row else entry.allocation_id,
        address=row.address if row and row.port else entry.address,
        after=after,
        outcome=_OUTCOME[change.truth],
    )
