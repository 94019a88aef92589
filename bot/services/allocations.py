"""The use cases on a server's allocations: view, create, annotate, promote, delete.

Changes take turns per server and are never repeated blindly: after a lost answer the panel is read, and what is
true now is what is told.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from cachetools import TTLCache

from bot.domain import rules
from bot.domain.models import Allocation, GameServer
from bot.errors import PrimaryAllocation
from bot.panel.errors import AllocationNotFound, AutoAllocationOff, PanelError
from bot.services import aftermath
from bot.services.accounts import AccountService
from bot.services.changes import Change, Step, Truth, Verb
from bot.services.desk import Desk
from bot.services.ports import Panel
from bot.services.seats import Seats
from bot.services.turns import Turns

_AUTO_ALLOCATION_REMEMBERED = 600.0


class AllocationService:
    """Everything a person can do with the allocations of a server, with that person's own key."""

    def __init__(self, accounts: AccountService, panel: Panel, seats: Seats, turns: Turns) -> None:
        self._accounts = accounts
        self._panel = panel
        self._seats = seats
        self._turns = turns
        self._off: TTLCache[str, bool] = TTLCache(1, _AUTO_ALLOCATION_REMEMBERED)

    @property
    def auto_allocation_off(self) -> bool:
        """Whether the panel has lately said that self-service allocations are switched off."""
        return bool(self._off)

    async def _desk(self, user_id: int, server: str) -> Desk:
        seat = self._seats.of(user_id)
        return Desk(self._panel, seat, await self._accounts.key_of(user_id, server=server), server)

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
        with self._turns.creating(user_id, server):
            async with self._turns.change(server):
                before = desk.known
                try:
                    created = await self._panel.create(desk.key, server)
                except AutoAllocationOff:
                    self._off["off"] = True
                    raise
                except PanelError as trouble:
                    if not trouble.may_have_happened:
                        raise
                    return await aftermath.of_creation(desk, before, trouble)
                self._off.clear()
                steps = []
                if wanted is not None:
                    steps.append(await _step(Verb.NOTES, desk.set_notes(created, wanted)))
                if primary:
                    steps.append(await _step(Verb.PRIMARY, desk.set_primary(created)))
                change = Change(
                    Verb.CREATE,
                    Truth.DONE,
                    created,
                    before,
                    previous=before.primary if before else None,
                    steps=tuple(steps),
                )
                return await self._read_back_creation(desk, change, wanted)

    @staticmethod
    async def _read_back_creation(desk: Desk, change: Change, notes: str | None) -> Change:
        assert change.allocation is not None  # noqa: S101 - a creation that was answered has one
        try:
            after = await desk.read_back()
        except PanelError as trouble:
            return replace(change, verified=False, trouble=trouble)
        row = after.allocation(change.allocation.id)
        if row is None and after.restricted:
            return replace(change, server=after, verified=False)
        if row is None:
            return replace(change, truth=Truth.NOT_DONE, allocation=None, server=after, steps=())
        steps = tuple(_settled(step, row, notes) for step in change.steps)
        return replace(change, allocation=row, server=after, steps=steps)

    async def set_notes(self, user_id: int, server: str, allocation: int, text: str) -> Change:
        """Set the notes, or clear them with an empty text: one call.

        Raises NotesTooLong over 191 code points, or the PanelError of a change that did not happen.
        """
        notes = rules.check_notes(text)
        desk = await self._desk(user_id, server)
        async with self._turns.change(server):
            try:
                row = await self._panel.set_notes(desk.key, server, allocation, notes)
            except PanelError as trouble:
                if not trouble.may_have_happened:
                    raise
                return await aftermath.of_update(
                    desk, Verb.NOTES, allocation, trouble, lambda found: found.notes == notes
                )
            known = desk.known
            return Change(Verb.NOTES, Truth.DONE, row, desk.keep(known.with_allocation(row)) if known else None)

    async def promote(self, user_id: int, server: str, allocation: int, *, previous: int | None = None) -> Change:
        """Make an allocation the primary and read the list back: two calls.

        `previous` names the primary as the person last saw it, for the case that nothing is known any more.
        """
        desk = await self._desk(user_id, server)
        async with self._turns.change(server):
            before = desk.known
            if before is not None and before.primary is not None:
                previous = before.primary.id
            try:
                await self._panel.set_primary(desk.key, server, allocation)
            except PanelError as trouble:
                if not trouble.may_have_happened:
                    raise
                change = await aftermath.of_update(
                    desk, Verb.PRIMARY, allocation, trouble, lambda found: found.is_primary
                )
            else:
                change = await self._read_back_promotion(desk, allocation)
            if previous is None:
                return change
            seen = (change.server.allocation(previous) if change.server else None) or (
                before.allocation(previous) if before else None
            )
            return replace(change, previous=seen)

    @staticmethod
    async def _read_back_promotion(desk: Desk, allocation: int) -> Change:
        before = desk.known
        try:
            after = await desk.read_back()
        except PanelError as trouble:
            row = before.allocation(allocation) if before else None
            return Change(Verb.PRIMARY, Truth.DONE, row, before, verified=False, trouble=trouble)
        holds = after.primary is not None and after.primary.id == allocation
        return Change(Verb.PRIMARY, Truth.DONE if holds else Truth.NOT_DONE, after.allocation(allocation), after)

    async def ask_delete(self, user_id: int, server: str, allocation: int) -> tuple[GameServer, Allocation]:
        """Return the server and the allocation as they are now, for the confirmation: one call.

        Raises PrimaryAllocation or AllocationNotFound, or any PanelError.
        """
        return await _deletable(await self._desk(user_id, server), allocation)

    async def delete(self, user_id: int, server: str, allocation: int) -> Change:
        """Delete an allocation after reading once more that it is not the primary: two calls.

        What is shown afterwards is that reading without the row, which a 204 says is gone; a lost answer is
        followed by a read-back. Raises PrimaryAllocation, AllocationNotFound or any PanelError.
        """
        desk = await self._desk(user_id, server)
        async with self._turns.change(server):
            before, row = await _deletable(desk, allocation)
            try:
                await self._panel.delete(desk.key, server, allocation)
            except AllocationNotFound:
                pass  # somebody else deleted it between the reading and now: done all the same
            except PanelError as trouble:
                if not trouble.may_have_happened:
                    raise
                return await aftermath.of_delete(desk, before, row, trouble)
            left = tuple(other for other in before.allocations if other.id != allocation)
            return Change(Verb.DELETE, Truth.DONE, row, desk.keep(before.with_allocations(left)))


async def _step(verb: Verb, call: Awaitable[Allocation]) -> Step:
    try:
        await call
    except PanelError as problem:
        return Step(verb, Truth.UNKNOWN if problem.may_have_happened else Truth.NOT_DONE, problem)
    return Step(verb, Truth.DONE)


def _settled(step: Step, row: Allocation, notes: str | None) -> Step:
    """Return the step with what the read-back says of it."""
    holds = row.is_primary if step.verb is Verb.PRIMARY else row.notes == notes
    return Step(step.verb, Truth.DONE if holds else Truth.NOT_DONE, None if holds else step.problem)


async def _deletable(desk: Desk, allocation: int) -> tuple[GameServer, Allocation]:
    now = await desk.read()
    row = now.allocation(allocation)
    if row is None and not now.restricted:
        raise AllocationNotFound("Nothing was deleted by this press.")
    if row is None:
        # Without allocation.read only the primary is visible, so this one is known not to be it.
        row = Allocation(allocation, "hidden", None, 0, None, is_primary=False)
    if row.is_primary:
        raise PrimaryAllocation("{subject} is the primary at this moment. Nothing was deleted.", subject=row.address)
    return now, row
