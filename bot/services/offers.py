"""What a person is offered on a server's list, apart from what the server itself decides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offers:
    """What may be done with a server besides its allocations, by settings, permissions and what the panel said."""

    self_service_off: bool = False
    """Whether the panel has just said that it gives nobody new allocations."""
    share: bool = False
    """Whether its address may be posted."""
    power: bool = False
    """Whether it is told what it does now, and to start or restart where that is permitted."""
    only_looks: bool = False
    """Whether nothing but that is permitted: to see what it does."""
    check: bool = False
    """Whether the game may be asked whether it answers."""
