"""How each change is made on the panel: the calls, their order, and what may be believed of the answers."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from bot.domain.lookup import allocation_named
from bot.domain.models import Allocation, GameServer
from bot.errors import PrimaryAllocation, StepLeftOut
from bot.panel.errors import AllocationNotFound, PanelError
from bot.services import aftermath
from bot.services.changes import Change, Step, Truth, Verb
from bot.services.desk import Desk


async def create(desk: Desk, *, notes: str | None, annotate: bool, primary: bool) -> Change:
    """Assign an allocation, then annotate and promote it if asked, then read the list back."""
    before = desk.known
    try:
        created = await desk.create()
    except PanelError as trouble:
        if not trouble.may_have_happened:
            raise
        change = await aftermath.of_creation(desk, desk.just_seen, trouble)
        left_out = [verb for verb, wanted in ((Verb.NOTES, annotate), (Verb.PRIMARY, primary)) if wanted]
        return replace(change, steps=tuple(Step(verb, Truth.NOT_DONE, StepLeftOut()) for verb in left_out))
    steps = []
    if annotate:
        steps.append(await _step(Verb.NOTES, desk.set_notes(created.id, notes)))
        if steps[-1].truth is Truth.DONE:
            created = replace(created, notes=notes)
    if primary:
        steps.append(await _step(Verb.PRIMARY, desk.set_primary(created.id)))
    previous = before.primary if before else None
    change = Change(Verb.CREATE, Truth.DONE, created, before, previous=previous, steps=tuple(steps))
    try:
        after = await desk.read_back()
    except PanelError as trouble:
        return replace(change, verified=False, trouble=trouble)
    row = after.allocation(created.id)
    if row is None and after.restricted:
        return replace(change, server=after, verified=False)
    if row is None:
        return replace(change, truth=Truth.NOT_DONE, allocation=None, server=after, steps=())
    if not after.shows_notes(row):
        row = replace(row, notes=created.notes)
        steps = [step if step.verb is Verb.NOTES else _settled(step, row, notes) for step in steps]
        return replace(change, allocation=row, server=after, steps=tuple(steps))
    return replace(change, allocation=row, server=after, steps=tuple(_settled(s, row, notes) for s in steps))


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


async def annotate(desk: Desk, allocation: int, notes: str | None) -> Change:
    """Set or clear the notes: one call, whose answer is the allocation as it is now."""
    try:
        row = await desk.set_notes(allocation, notes)
    except PanelError as trouble:
        if not trouble.may_have_happened:
            raise
        return await aftermath.of_update(desk, Verb.NOTES, allocation, trouble, lambda found: found.notes == notes)
    known = desk.known
    return Change(Verb.NOTES, Truth.DONE, row, desk.keep(known.with_allocation(row)) if known else None)


async def promote(desk: Desk, allocation: int, *, previous: int | None) -> Change:
    """Make the allocation the primary and read the list back; `previous` is used where nothing is known."""
    before = desk.known
    if before is not None and before.primary is not None:
        previous = before.primary.id
    change = await _promote(desk, allocation)
    if previous is None:
        return change
    seen = (change.server.allocation(previous) if change.server else None) or (
        before.allocation(previous) if before else None
    )
    return replace(change, previous=seen)


async def _promote(desk: Desk, allocation: int) -> Change:
    before = desk.known
    try:
        await desk.set_primary(allocation)
    except PanelError as trouble:
        if not trouble.may_have_happened:
            raise
        return await aftermath.of_update(desk, Verb.PRIMARY, allocation, trouble, lambda found: found.is_primary)
    try:
        after = await desk.read_back()
    except PanelError as trouble:
        row = before.allocation(allocation) if before else None
        return Change(Verb.PRIMARY, Truth.DONE, row, before, verified=False, trouble=trouble)
    holds = after.primary is not None and after.primary.id == allocation
    return Change(Verb.PRIMARY, Truth.DONE if holds else Truth.NOT_DONE, after.allocation(allocation), after)


async def deletable(desk: Desk, allocation: int | str) -> tuple[GameServer, Allocation]:
    """Read the server and return it with the allocation of this id, or that a person typed.

    Raises PrimaryAllocation, AllocationNotFound or UnknownAllocation.
    """
    now = await desk.read()
    row = now.allocation(allocation) if isinstance(allocation, int) else allocation_named(now, allocation)
    if row is None and not now.restricted:
        raise AllocationNotFound("Nothing was deleted by this press.")
    if row is None:
        # Without allocation.read only the primary is visible, so this one is known not to be it.
        row = Allocation(int(allocation), "hidden", None, 0, None, is_primary=False)
    if row.is_primary:
        raise PrimaryAllocation("{subject} is the primary at this moment. Nothing was deleted.", subject=row.address)
    return now, row


async def remove(desk: Desk, allocation: int) -> Change:
    """Read once more that the allocation is not the primary, then delete it.

    What is shown afterwards is that reading without the row, which a 204 says is gone.
    """
    before, row = await deletable(desk, allocation)
    try:
        await desk.delete(allocation)
    except AllocationNotFound:
        if before.restricted:
            raise  # it was not seen before, so it may have been gone all along
        # Else somebody deleted it between the reading and now: gone all the same.
    except PanelError as trouble:
        if not trouble.may_have_happened:
            raise
        return await aftermath.of_delete(desk, before, row, trouble)
    left = tuple(other for other in before.allocations if other.id != allocation)
    return Change(Verb.DELETE, Truth.DONE, row, desk.keep(before.with_allocations(left)))
