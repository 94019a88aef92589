"""The use cases on a server's allocations: view, create, annotate, promote, delete.

Changes take turns per server, are written down, and are never repeated blindly. Each reads the server first, and
believes that reading and no earlier one: for what is meant, for what was there before, for whether it makes sense.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace

from bot.domain import rules
from bot.domain.models import NOTES_LIMIT, Allocation, GameServer
from bot.panel.errors import AutoAllocationOff, LimitReached, PanelFailed, PanelTrouble
from bot.services.changing import making
from bot.services.changing.changes import Change, Truth, Verb
from bot.services.changing.recorder import Intent, Recorder
from bot.services.changing.refusals import check_creation, explained
from bot.services.keys.accounts import AccountService
from bot.services.ports import Panel
from bot.services.servers.about import about_its_server
from bot.services.servers.desk import Desk, Tell
from bot.services.servers.meant import deletable, row_of
from bot.services.servers.seats import Seats
from bot.services.several.tracing import Trace, trace_of
from bot.services.together.fleet import News
from bot.services.together.turns import Turns

REFUSAL_SHOWN = 5.0
"""Seconds for which a picture drawn after it shows that self-service is switched off; the panel may change it."""
Check = Callable[[GameServer], None]
"""Looks at a server as it is now and raises what speaks against a change."""


Asking = Callable[[GameServer | None, int], Awaitable[None]]
"""Is told, just before a creation is sent, what was read of the server and its number on the record.

What it raises keeps it from being sent.
"""


async def nobody(_: str, __: Change) -> None:
    """Tell nobody."""


async def unwatched(_: GameServer | None, __: int) -> None:
    """Take note of nothing."""


class AllocationService:
    """Everything a person can do with the allocations of a server, with that person's own key."""

    def __init__(
        self, accounts: AccountService, panel: Panel, seats: Seats, turns: Turns, recorder: Recorder, *, news: News
    ) -> None:
        self._accounts = accounts
        self._panel = panel
        self._seats = seats
        self._turns = turns
        self._recorder = recorder
        self._news = news
        self._off_since: float | None = None
        self.clock: Callable[[], float] = time.monotonic
        """Tells seconds that only go forward."""

    @property
    def auto_allocation_off(self) -> bool:
        """Whether the panel has said within seconds that self-service allocations are switched off."""
        return self._off_since is not None and self.clock() - self._off_since < REFUSAL_SHOWN

    @about_its_server
    async def view(self, user_id: int, server: str) -> GameServer:
        """Return the server as the panel has it now: one call."""
        return await (await self._desk(user_id, server)).read()

    @about_its_server
    async def create(
        self,
        user_id: int,
        server: str,
        *,
        notes: str | None = None,
        primary: bool = False,
        tell: Tell = nobody,
        asking: Asking = unwatched,
        waits: bool = False,
    ) -> Change:
        """Assign an allocation, annotate and promote it if asked: read, write, read back, and a call for each step.

        Raises AlreadyRunning, NotesTooLong, what the reading says against it, or the PanelError of a creation that did
        not happen; a step that failed after it is told in `Change.steps`. With `waits` a 429 leaves nothing on record.
        """
        wanted = rules.check_notes(notes, limit=NOTES_LIMIT) if notes is not None else None
        desk = await self._desk(user_id, server, tell)

        async def make(now: GameServer | None, number: int) -> Change:
            await asking(now, number)
            try:
                change = await making.create(
                    desk,
                    now,
                    notes=wanted,
                    annotate=notes is not None,
                    primary=primary,
                    # The panel may give one free address to two servers of a node that ask at once.
                    alone=self._turns.change(f"node {now.node}") if now is not None and now.node else nullcontext(),
                )
            except AutoAllocationOff:
                self._off_since = self.clock()
                raise
            except LimitReached as refusal:
                raise explained(refusal, now) from None
            self._off_since = None
            return change

        async with self._turns.creating(user_id, server), self._turn(desk, blind=True) as now:
            if now is not None:
                check_creation(now)
            rules.check_notes(wanted or "", limit=rules.notes_limit(desk.key, now))
            return await self._made(desk, Intent(user_id, server, now, Verb.CREATE, notes=wanted, waits=waits), make)

    async def trace(self, user_id: int, server: str, had: frozenset[int] | None) -> Trace:
        """Return what became of a creation whose answer nobody got: one call, and one more where there is something.

        `had` are the ids just before it; None where they could not be seen. It waits for the changes under way.
        """
        desk = await self._desk(user_id, server)
        async with self._turns.change(server):
            return await trace_of(desk, had)

    @about_its_server
    async def set_notes(
        self,
        user_id: int,
        server: str,
        allocation: int | str,
        text: str,
        *,
        provided: Check | None = None,
        tell: Tell = nobody,
        waits: bool = False,
    ) -> Change:
        """Set the notes, or clear them with an empty text: read, write.

        The allocation is an id, or what a person typed. `provided` looks at the reading before anything is sent. Raises
        NotesTooLong over what the panel keeps, or the PanelError of a change that did not happen. With `waits` a 429
        leaves nothing on record.
        """
        notes = rules.check_notes(text, limit=NOTES_LIMIT)
        desk = await self._desk(user_id, server, tell)
        async with self._turn(desk, blind=provided is None and isinstance(allocation, int)) as now:
            rules.check_notes(notes or "", limit=rules.notes_limit(desk.key, now))
            if provided is not None and now is not None:
                provided(now)
            row = row_of(now, allocation)
            if now is not None and now.shows_notes(row) and row.port and rules.same_notes(row.notes, notes):
                return Change(Verb.NOTES, Truth.DONE, row, now, before=now, already=True)
            intent = Intent(user_id, server, now, Verb.NOTES, row, notes, waits)
            return await self._made(desk, intent, lambda before, _: making.annotate(desk, before, row, notes))

    @about_its_server
    async def promote(
        self,
        user_id: int,
        server: str,
        allocation: int | str,
        *,
        provided: Check | None = None,
        heeding: Check | None = None,
        tell: Tell = nobody,
    ) -> Change:
        """Make an allocation the primary: read, write, read back.

        The allocation is an id, or what a person typed. `provided` looks at the reading before anything is sent, and
        needs one; `heeding` does where there is one.
        """
        desk = await self._desk(user_id, server, tell)
        async with self._turn(desk, blind=provided is None and isinstance(allocation, int)) as now:
            for check in (provided, heeding):
                if check is not None and now is not None:
                    check(now)
            row = row_of(now, allocation)
            if row.is_primary:
                return Change(Verb.PRIMARY, Truth.DONE, row, now, before=now, already=True)
            intent = Intent(user_id, server, now, Verb.PRIMARY, row)
            return await self._made(desk, intent, lambda before, _: making.promote(desk, before, row))

    @about_its_server
    async def ask_delete(self, user_id: int, server: str, allocation: int | str) -> tuple[GameServer, Allocation]:
        """Return the server and the allocation as they are now, for the confirmation: one call.

        The allocation is an id, or what a person typed. Raises PrimaryAllocation, AllocationNotFound,
        UnknownAllocation, or any PanelError.
        """
        now = await self.view(user_id, server)
        return now, deletable(now, allocation)

    @about_its_server
    async def delete(
        self, user_id: int, server: str, allocation: int, *, provided: Check | None = None, tell: Tell = nobody
    ) -> Change:
        """Delete an allocation that is not the primary: read, write, read back.

        `provided` looks at the reading before anything is sent. Raises PrimaryAllocation, AllocationNotFound or any
        PanelError.
        """
        desk = await self._desk(user_id, server, tell)
        async with self._turn(desk, blind=False) as now:
            row = deletable(now, allocation)
            if provided is not None and now is not None:
                provided(now)
            intent = Intent(user_id, server, now, Verb.DELETE, row)
            return await self._made(desk, intent, lambda before, _: making.remove(desk, before, row))

    async def _desk(self, user_id: int, server: str, tell: Tell = nobody) -> Desk:
        async def username() -> str:
            return (await self._accounts.profile(user_id)).account.username

        seat = self._seats.of(user_id)
        key = await self._accounts.key_of(user_id, server=server)
        return Desk(self._panel, seat, key, server, username, tell)

    @asynccontextmanager
    async def _turn(self, desk: Desk, *, blind: bool) -> AsyncIterator[GameServer | None]:
        """Read the server, take the turn, and yield the reading; read anew if somebody's change came in between.

        The reading comes first: who has no access is not to keep anybody waiting.
        """
        epoch = desk.epoch
        now = await _reading(desk, blind=blind)
        async with self._turns.change(desk.server):
            yield now if desk.epoch == epoch else await _reading(desk, blind=blind)

    async def _made(
        self, desk: Desk, intent: Intent, make: Callable[[GameServer | None, int], Awaitable[Change]]
    ) -> Change:
        """Make a change on the record; what anybody has read of the server before is not believed any more."""
        seen = None
        try:
            change = await self._recorder.of(intent, lambda number: make(intent.now, number))
            if change.truth is Truth.DONE and change.verified:
                seen = change.server
        finally:
            desk.seat.changed(desk.server, seen)
            await self._news.changed(desk.server)
        return replace(change, epoch=desk.epoch)


async def _reading(desk: Desk, *, blind: bool) -> GameServer | None:
    """Return the server as it is now; None if the panel itself fails to tell, where a change can go on `blind`.

    Raises any other PanelError: nothing was sent then, and it says so.
    """
    try:
        return await desk.read()
    except PanelFailed as failure:
        if blind:
            # As for a subuser of a Pelican server without a primary, whom only a new primary would help.
            return None
        raise _before_sending(failure) from None
    except PanelTrouble as trouble:
        raise _before_sending(trouble) from None


def _before_sending(trouble: PanelTrouble) -> PanelTrouble:
    trouble.detail = f"{trouble.detail} I had not sent the change yet.".strip()
    return trouble
