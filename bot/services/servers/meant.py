"""Which allocation somebody means, found in the server as it was just read."""

from __future__ import annotations

from bot.domain.lookup import UnseenAllocation, allocation_named, typed_id
from bot.domain.models import Allocation, GameServer
from bot.errors import PrimaryAllocation
from bot.panel.errors import AllocationNotFound


def row_of(now: GameServer | None, allocation: int | str, *, unseen: bool = False) -> Allocation:
    """Return the allocation with this id, or that a person typed.

    Where the panel shows this person only the primary, or nothing, an id stands for what cannot be seen; a typed one
    only with `unseen`. Raises AllocationNotFound, UnknownAllocation, AmbiguousAllocation or UnseenAllocation.
    """
    if isinstance(allocation, str):
        # A text is only looked up in what was read: without a reading its error was raised before.
        assert now is not None  # noqa: S101
        number = typed_id(allocation)
        if number is None or not now.restricted or now.allocation(number):
            return allocation_named(now, allocation)
        if not unseen:
            raise UnseenAllocation(number=number, server=now)
        allocation = number
    row = now.allocation(allocation) if now else None
    if row is None and now is not None and not now.restricted:
        raise AllocationNotFound("Nothing was changed.")
    return row or Allocation(allocation, "hidden", None, 0, None, is_primary=False)


def deletable(now: GameServer | None, allocation: int | str) -> Allocation:
    """Return what `row_of` does; raise PrimaryAllocation where it is the primary now."""
    row = row_of(now, allocation, unseen=True)
    if row.is_primary:
        raise PrimaryAllocation("{subject} is the primary at this moment. Nothing was removed.", subject=row.address)
    return row
