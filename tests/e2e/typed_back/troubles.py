"""What somebody types, how that is given back, and what may come between."""

from __future__ import annotations

from collections.abc import Callable

from bot.demo.panel import Maintenance
from tests.stage import Stage
from tests.world import World

TYPED = "entrance for the *summer* event, ask Mara"
YOURS = "**Yours, as you typed it**"
GIVEN_BACK = f"{YOURS}\n> entrance for the \\*summer\\* event, ask Mara"


def deleted(stage: Stage, world: World) -> None:
    """Take the port away."""
    world.state.release(world.state.allocations[2])


def taken(stage: Stage, world: World) -> None:
    """Give the server to somebody else."""
    world.survival.owner_id = world.solo.owner_id


def revoked(stage: Stage, world: World) -> None:
    """Revoke the key."""
    world.state.revoke(world.ann)


def in_maintenance(stage: Stage, world: World) -> None:
    """Begin a maintenance of the panel."""
    world.state.maintenance = Maintenance()


def suspended(stage: Stage, world: World) -> None:
    """Suspend the server."""
    world.survival.status = "suspended"


Trouble = Callable[[Stage, World], None]
TROUBLES: list[Trouble] = [deleted, taken, revoked, in_maintenance, suspended]
