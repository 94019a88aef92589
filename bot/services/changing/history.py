"""A person's own changes: looking them up, and undoing one where that still makes sense."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain import rules
from bot.domain.models import GameServer
from bot.domain.record import Entry, Outcome
from bot.errors import BotError, UndoOff, UnknownChange
from bot.nextstep import NextStep
from bot.services.allocations import AllocationService, nobody
from bot.services.changing.changes import Change, Verb
from bot.services.ports import Clock, Plans, Record
from bot.services.servers.desk import Tell

PER_PAGE = 8


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of a person's entries, newest first; `number` counts from 0."""

    entries: tuple[Entry, ...]
    number: int
    pages: int
    total: int
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it was read."""


class HistoryService:
    """Shows people their own changes only; every lookup is by the person who asks."""

    def __init__(self, record: Record, plans: Plans, allocations: AllocationService, *, now: Clock, days: int) -> None:
        self._record = record
        self._plans = plans
        self._allocations = allocations
        self._now = now
        self.days = days

    async def page(self, user_id: int, *, server: str | None, number: int) -> HistoryPage:
        """Return a page of the person's changes, on one server or on all; the nearest page there is."""
        offset = max(number, 0) * PER_PAGE
        entries, total = await self._record.page(user_id, server=server, offset=offset, limit=PER_PAGE)
        pages = max(1, -(-total // PER_PAGE))
        if number >= pages:
            return await self.page(user_id, server=server, number=pages - 1)
        return HistoryPage(tuple(entries), max(number, 0), pages, total, self._now())

    async def examine(self, user_id: int, number: int) -> tuple[Entry, UndoOff | None]:
        """Return one change and why it cannot be undone now, None if it can: one panel call where it might.

        Raises UnknownChange.
        """
        entry = await self._entry(user_id, number)
        reason = _never(entry)
        added = entry.verb == Verb.CREATE and entry.outcome is Outcome.DONE and entry.allocation_id is not None
        if reason is not None and not added:
            return entry, UndoOff(reason)
        try:
            now = await self._allocations.view(user_id, entry.server)
            return entry, _not_removable(entry, now) if added else _no_longer(entry, now)
        except BotError as problem:
            return entry, UndoOff(f"I could not look at the server now. {problem.title}.")

    async def undo(self, user_id: int, number: int, *, tell: Tell = nobody) -> Change:
        """Undo a change if what it undoes still holds, which the reading before the write tells.

        Raises UndoOff if it does not, UnknownChange, or any PanelError.
        """
        entry = await self._entry(user_id, number)
        reason = _never(entry)
        if reason is not None or entry.before is None or entry.allocation_id is None:
            raise UndoOff(reason or "There is nothing to go back to.")

        def still(server: GameServer) -> None:
            off = _no_longer(entry, server)
            if off is not None:
                raise off

        if entry.verb == Verb.PRIMARY:
            return await self._allocations.promote(
                user_id, entry.server, int(entry.before["primary"] or 0), provided=still, tell=tell
            )
        text = str(entry.before["notes"] or "")
        return await self._allocations.set_notes(
            user_id, entry.server, entry.allocation_id, text, provided=still, tell=tell
        )

    async def prune(self) -> int:
        """Delete entries and plans older than the configured number of days; return how many entries."""
        oldest = self._now() - timedelta(days=self.days)
        await self._plans.forget_before(oldest)
        return await self._record.forget_before(oldest)

    async def _entry(self, user_id: int, number: int) -> Entry:
        entry = await self._record.one(user_id, number)
        if entry is None:
            raise UnknownChange
        return entry


def _never(entry: Entry) -> str | None:
    if entry.outcome is Outcome.UNKNOWN:
        return "I never learned whether it took effect. {/allocations list} shows what the server has now."
    if entry.outcome is not Outcome.DONE:
        return "It did not take effect, so there is nothing to undo."
    if entry.verb == Verb.CREATE:
        return "To undo an addition, choose the port in the list and remove it there."
    if entry.verb == Verb.DELETE:
        return "A removed port cannot be asked for again; it may belong to somebody else by now."
    if entry.before is None:
        return "I did not know what was there before this change."
    return None


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _not_removable(entry: Entry, server: GameServer) -> UndoOff | None:
    """Return why what was added cannot be removed again from the server as it is now, None if it can be asked about."""
    row = server.allocation(entry.allocation_id or -1)
    if row is None:
        hidden = rules.missing_permission(server, "allocation.read")
        return UndoOff(hidden or "The port is no longer on the server.")
    reason = rules.cannot_delete(server, row)
    return _off(reason, server) if reason else None


def _no_longer(entry: Entry, server: GameServer) -> UndoOff | None:
    """Return why the change cannot be undone on the server as it is now, None if it can."""
    hidden = rules.missing_permission(server, "allocation.read")
    row = server.allocation(entry.allocation_id or -1)
    before, after = entry.before or {}, entry.after or {}
    reason = rules.cannot_update(server)
    if row is None:
        reason = hidden or "The port is no longer on the server."
    elif entry.verb == Verb.NOTES and not server.shows_notes(row):
        reason = hidden
    elif entry.verb == Verb.NOTES and not rules.same_notes(row.notes, _text(after.get("notes"))):
        reason = "The notes have been changed again since."
    elif entry.verb == Verb.PRIMARY and not row.is_primary:
        if server.primary:
            return UndoOff(
                "The primary has been changed again since: now it is {subject}.", subject=server.primary.address
            )
        reason = "The primary has been changed again since: now there is none."
    elif entry.verb == Verb.PRIMARY and server.allocation(int(before.get("primary") or -1)) is None:
        reason = hidden or "The earlier primary is no longer on the server."
    return _off(reason, server) if reason else None


def _off(reason: str, server: GameServer) -> UndoOff:
    off = UndoOff(reason)
    if server.state.lasts and reason == rules.blocked(server):
        off.next_step = NextStep.PANEL_SERVER
    return off
