"""What is true after the panel's answer to a change was lost: read back and compare."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.models import Allocation, GameServer
from bot.panel.errors import PanelError
from bot.services.changes import Change, Truth, Verb
from bot.services.desk import Desk


async def of_creation(desk: Desk, before: GameServer | None, trouble: PanelError) -> Change:
    """Tell by comparing with what was there before whether an allocation was added; unknown if nothing was known."""
    try:
        after = await desk.read_back()
    except PanelError:
        return Change(Verb.CREATE, Truth.UNKNOWN, None, before, verified=False, trouble=trouble)
    if before is None or before.restricted or after.restricted:
        return Change(Verb.CREATE, Truth.UNKNOWN, None, after, verified=not after.restricted, trouble=trouble)
    had = {row.id for row in before.allocations}
    new = [row for row in after.allocations if row.id not in had]
    if len(new) == 1:
        return Change(Verb.CREATE, Truth.DONE, new[0], after, previous=before.primary, trouble=trouble)
    truth = Truth.UNKNOWN if new else Truth.NOT_DONE
    return Change(Verb.CREATE, truth, None, after, previous=before.primary, trouble=trouble)


async def of_update(
    desk: Desk, verb: Verb, allocation: int, trouble: PanelError, holds: Callable[[Allocation], bool]
) -> Change:
    """Tell whether an annotation or promotion holds, by what the allocation says of itself now."""
    before = desk.known
    try:
        after = await desk.read_back()
    except PanelError:
        row = before.allocation(allocation) if before else None
        return Change(verb, Truth.UNKNOWN, row, before, verified=False, trouble=trouble)
    row = after.allocation(allocation)
    if row is not None and (verb is not Verb.NOTES or after.shows_notes(row)):
        truth = Truth.DONE if holds(row) else Truth.NOT_DONE
    else:
        truth = Truth.UNKNOWN if after.restricted else Truth.NOT_DONE
    return Change(verb, truth, row, after, trouble=trouble)


async def of_delete(desk: Desk, before: GameServer, row: Allocation, trouble: PanelError) -> Change:
    """Tell whether the allocation is gone."""
    try:
        after = await desk.read_back()
    except PanelError:
        return Change(Verb.DELETE, Truth.UNKNOWN, row, before, verified=False, trouble=trouble)
    if after.restricted:
        return Change(Verb.DELETE, Truth.UNKNOWN, row, after, verified=False, trouble=trouble)
    gone = after.allocation(row.id) is None
    return Change(Verb.DELETE, Truth.DONE if gone else Truth.NOT_DONE, row, after, trouble=trouble)
