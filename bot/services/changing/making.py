"""How each change is made on the panel: the calls, their order, and what may be believed of the answers.

`before` is the server as read in this action, just before the change is sent; None if the panel could not tell.
"""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from bot.domain.models import Allocation, GameServer
from bot.domain.rules import same_notes
from bot.errors import BotError, StepLeftOut
from bot.panel.errors import AllocationNotFound, PanelError
from bot.services.changing import aftermath
from bot.services.changing.changes import Change, Step, Truth, Verb
from bot.services.servers.desk import Desk


async def create(
    desk: Desk,
    before: GameServer | None,
    *,
    notes: str | None,
    annotate: bool,
    primary: bool,
    alone: AbstractAsyncContextManager[None],
) -> Change:
    """Assign an allocation, then annotate and promote it if asked, then read the list back.

    `alone` is held until the panel has answered or it has been looked what it did: after that no other creation can be
    given the same address.
    """
    async with alone:
        try:
            created = await desk.create()
        except PanelError as trouble:
            if not trouble.may_have_happened:
                raise
            change = await aftermath.of_creation(desk, before, trouble)
            left_out = [verb for verb, wanted in ((Verb.NOTES, annotate), (Verb.PRIMARY, primary)) if wanted]
            return replace(change, steps=tuple(Step(verb, Truth.NOT_DONE, StepLeftOut()) for verb in left_out))
    steps = []
    if annotate:
        steps.append(await _step(Verb.NOTES, desk.set_notes(created.id, notes)))
        if steps[-1].truth is Truth.DONE:
            created = replace(created, notes=notes)
    if primary:
        steps.append(await _step(Verb.PRIMARY, desk.set_primary(created.id)))
    change = Change(Verb.CREATE, Truth.DONE, created, None, before=before, steps=tuple(steps))
    try:
        after = await desk.read_back(before)
    except BotError as trouble:
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
    except BotError as problem:
        return Step(verb, Truth.NOT_DONE, problem)
    return Step(verb, Truth.DONE)


def _settled(step: Step, row: Allocation, notes: str | None) -> Step:
    """Return the step with what the read-back says of it."""
    holds = row.is_primary if step.verb is Verb.PRIMARY else same_notes(row.notes, notes)
    if holds:
        return Step(step.verb, Truth.DONE)
    lost = isinstance(step.problem, PanelError) and step.problem.may_come_later
    return Step(step.verb, Truth.UNKNOWN if lost else Truth.NOT_DONE, step.problem)


async def annotate(desk: Desk, before: GameServer | None, row: Allocation, notes: str | None) -> Change:
    """Set or clear the notes; what is shown is what was read before, with the row that the panel answered.

    Where that row tells that somebody changed the primary in between, it is read again: two readings that contradict
    each other are no picture of the server.
    """
    try:
        answered = await desk.set_notes(row.id, notes)
    except PanelError as trouble:
        if not trouble.may_have_happened:
            raise
        return await aftermath.of_update(
            desk, Verb.NOTES, before, row=row, trouble=trouble, holds=lambda found: same_notes(found.notes, notes)
        )
    after = before.with_allocation(answered) if before else None
    if before is not None and before.allocation(row.id) and answered.is_primary != row.is_primary:
        after = await _read_or_none(desk, before)
    return Change(Verb.NOTES, Truth.DONE, answered, after, before=before)


async def _read_or_none(desk: Desk, before: GameServer) -> GameServer | None:
    try:
        return await desk.read_back(before)
    except BotError:
        return None


async def promote(desk: Desk, before: GameServer | None, row: Allocation) -> Change:
    """Make the allocation the primary and read the list back."""
    try:
        answered = await desk.set_primary(row.id)
    except PanelError as trouble:
        if not trouble.may_have_happened:
            raise
        return await aftermath.of_update(
            desk, Verb.PRIMARY, before, row=row, trouble=trouble, holds=lambda found: found.is_primary
        )
    try:
        after = await desk.read_back(before)
    except BotError as trouble:
        return Change(Verb.PRIMARY, Truth.DONE, answered, None, verified=False, before=before, trouble=trouble)
    holds = after.primary is not None and after.primary.id == row.id
    found = after.allocation(row.id)
    return Change(Verb.PRIMARY, Truth.DONE if holds else Truth.NOT_DONE, found or row, after, before=before)


async def remove(desk: Desk, before: GameServer | None, row: Allocation) -> Change:
    """Delete an allocation that was just read and is not the primary, and read the list back.

    Somebody may make it the primary in between. Pterodactyl refuses then; Pelican deletes it, and the server is left
    without a primary, which the reading shows.
    """
    seen = before is not None and before.allocation(row.id) is not None
    refusal: AllocationNotFound | None = None
    try:
        await desk.delete(row.id)
    except AllocationNotFound as problem:
        if not seen:
            raise  # it may have been gone all along
        # Else somebody deleted it between the reading and now: gone all the same, if the read-back shows that.
        refusal = problem
    except PanelError as trouble:
        if not trouble.may_have_happened:
            raise
        return await aftermath.of_delete(desk, before, row, trouble)
    try:
        after = await desk.read_back(before)
    except BotError as trouble:
        if refusal is not None:
            raise refusal from None
        return Change(Verb.DELETE, Truth.DONE, row, None, verified=False, before=before, trouble=trouble)
    # Where the list cannot be seen, the panel's 204 is all there is.
    gone = after.restricted or after.allocation(row.id) is None
    truth = Truth.DONE if gone else Truth.NOT_DONE
    return Change(Verb.DELETE, truth, row, after, before=before, trouble=None if gone else refusal)
