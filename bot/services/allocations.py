"""The use cases on a server's allocations: view, create, annotate, promote, delete.

Changes take turns per server, are written down, and are never repeated blindly: after a lost answer the panel is
read, and what is true now is what is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cachetools import TTLCache

from bot.domain import rules
from bot.domain.models import Allocation, GameServer
from bot.domain.record import Values
from bot.panel.errors import AutoAllocationOff
from bot.services import making
from bot.services.accounts import AccountService
from bot.services.changes import Change, Verb
from bot.services.desk import Desk
from bot.services.ports import Panel
from bot.services.recorder import Recorder
from bot.services.seats import Seats
from bot.services.turns import Turns

_AUTO_ALLOCATION_REMEMBERED = 600.0
Check = Callable[[GameServer], None]
"""Looks at a server as it is now and raises what speaks against a change."""


class AllocationService:
    """Everything a person can do with the allocations of a server, with that person's own key."""

    def __init__(self, accounts: AccountService, panel: Panel, seats: Seats, turns: Turns, recorder: Recorder) -> None:
        self._accounts = accounts
        self._panel = panel
        self._seats = seats
        self._turns = turns
        self._recorder = recorder
        self._off: TTLCache[str, bool] = TTLCache(1, _AUTO_ALLOCATION_REMEMBERED)

    @property
    def auto_allocation_off(self) -> bool:
        """Whether the panel has lately said that self-service allocations are switched off."""
        return bool(self._off)

    async def _desk(self, user_id: int, server: str) -> Desk:
        seat = self._seats.of(user_id)
        return Desk(self._panel, seat, await self._accounts.key_of(user_id, server=server), server)

    async def _settled(
        self,
        user_id: int,
        desk: Desk,
        verb: Verb,
        make: Callable[[], Awaitable[Change]],
        allocation: int | None = None,
        *,
        after: Values | None = None,
    ) -> Change:
        """Make a change on the record; what others have read of the server is not believed any more."""
        try:
            return await self._recorder.of(user_id, desk, verb, make, allocation, after=after)
        finally:
            desk.seat.changed(desk.server)

    async def view(self, user_id: int, server: str) -> GameServer:
        """Return the server as the panel has it now: one call."""
        return await (await self._desk(user_id, server)).read()

    def known(self, user_id: int, server: str) -> GameServer | None:
        """Return the server as last read for this person, without asking the panel."""
        return self._seats.of(user_id).known(server)

    async def create(self, user_id: int, server: str, *, notes: str | None = None, primary: bool = False) -> Change:
        """Assign an allocation, annotate and promote it if asked, and read the list back.

        Two calls, one more for notes, one more for primary. Raises AlreadyRunning, NotesTooLong, or the PanelError
        of a creation that did not happen; a step that failed after it is told in `Change.steps`.
        """
        wanted = rules.check_notes(notes) if notes is not None else None
        desk = await self._desk(user_id, server)

        async def make() -> Change:
            try:
                change = await making.create(desk, notes=wanted, annotate=notes is not None, primary=primary)
            except AutoAllocationOff:
                self._off["off"] = True
                raise
            self._off.clear()
            return change

        with self._turns.creating(user_id, server):
            async with self._turns.change(server):
                return await self._settled(user_id, desk, Verb.CREATE, make, after={"notes": wanted})

    async def set_notes(
        self, user_id: int, server: str, allocation: int, text: str, *, provided: Check | None = None
    ) -> Change:
        """Set the notes, or clear them with an empty text: one call, one more for `provided`.

        Raises NotesTooLong over 191 code points, or the PanelError of a change that did not happen.
        """
        notes = rules.check_notes(text)
        desk = await self._desk(user_id, server)
        after: Values = {"notes": notes}
        async with self._turns.change(server):
            if provided is not None:
                provided(await desk.read())
            return await self._settled(
                user_id, desk, Verb.NOTES, lambda: making.annotate(desk, allocation, notes), allocation, after=after
            )

    async def promote(
        self,
        user_id: int,
        server: str,
        allocation: int,
        *,
        previous: int | None = None,
        provided: Check | None = None,
    ) -> Change:
        """Make an allocation the primary and read the list back: two calls, one more for `provided`.

        `previous` names the primary as the person last saw it, for the case that nothing is known any more.
        """
        desk = await self._desk(user_id, server)
        after: Values = {"primary": allocation, "address": None}
        async with self._turns.change(server):
            if provided is not None:
                provided(await desk.read())
            return await self._settled(
                user_id,
                desk,
                Verb.PRIMARY,
                lambda: making.promote(desk, allocation, previous=previous),
                allocation,
                after=after,
            )

    async def ask_delete(self, user_id: int, server: str, allocation: int | str) -> tuple[GameServer, Allocation]:
        """Return the server and the allocation as they are now, for the confirmation: one call.

        The allocation is an id, or what a person typed. Raises PrimaryAllocation, AllocationNotFound,
        UnknownAllocation, or any PanelError.
        """
        return await making.deletable(await self._desk(user_id, server), allocation)

    async def delete(self, user_id: int, server: str, allocation: int) -> Change:
        """Delete an allocation after reading once more that it is not the primary: two calls.

        Raises PrimaryAllocation, AllocationNotFound or any PanelError; a lost answer is followed by a read-back.
        """
        desk = await self._desk(user_id, server)
        async with self._turns.change(server):
            return await self._settled(user_id, desk, Verb.DELETE, lambda: making.remove(desk, allocation), allocation)
