"""Which commands name a server, and whether what was wanted of it is done."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from tests.stage import Stage
from tests.world import World

BOTH = pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True)
VIEW = "GET /servers/5e000001"
COMMANDS: dict[str, dict[str, Any]] = {
    "allocations list": {},
    "allocations create": {"notes": "map"},
    "allocations notes": {"allocation": "25566", "text": "query"},
    "allocations primary": {"allocation": "25566"},
    "allocations delete": {"allocation": "25566"},
    "allocations history": {},
    "allocations address": {"name": "play.example.org"},
}
SHOWN_AT_ONCE = ("allocations list", "allocations history")


async def went_on(stage: Stage, world: World, command: str, seen: Seen, person: Person) -> bool:
    """Tell whether what was wanted of Survival is done, or shown."""
    rows = world.state.allocations_of(world.survival)
    if command == "allocations list":
        return seen.embed.title == "Survival" and stage.changes == []
    if command == "allocations create":
        return len(rows) == 3 and rows[-1].notes == "map"
    if command == "allocations notes":
        return world.state.allocations[2].notes == "query"
    if command == "allocations primary":
        return world.survival.primary_id == 2
    if command == "allocations address":
        return "✅ Players type `play.example.org`" in seen.text
    if command == "allocations delete":
        await person.press("Remove 203.0.113.7:25566")
        return world.state.allocations[2].server_id is None
    return seen.embed.title == "Your changes · Survival"
