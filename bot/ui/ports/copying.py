"""An address as a message of its own, whose text a phone can select and copy."""

from __future__ import annotations

from bot.domain.models import Allocation, GameServer
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, button
from bot.ui.parts.text import bare

COPY = "alloc.copy"
"""Says the address of an allocation, or where none is named of the primary."""


def copy_button(server: GameServer, allocation: Allocation | None, *, owner: int, row: int, page: int = 0) -> Item:
    """Return the button that says an address: an allocation's, or on a `page` of the list that of the primary then."""
    which = (ids.NONE, page) if allocation is None else (allocation.id,)
    return button("Copy address", ids.make(COPY, owner, server.identifier, *which), row=row)


def address_to_copy(server: GameServer, allocation: Allocation) -> str:
    """Return what players type, and nothing else: of the primary the name that somebody gave, if there is one."""
    if allocation.is_primary and server.given is not None:
        return bare(server.given.name.text)
    return bare(allocation.address)
