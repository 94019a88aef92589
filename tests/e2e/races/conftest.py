"""Fixtures: two people who share a server."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.stage import Stage
from tests.world import World

ALL = ["allocation.read", "allocation.create", "allocation.update", "allocation.delete"]


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner, who has looked at it."""
    person = await stage.linked("ann", world.ann)
    await person.run("allocations list", server="Survival")
    return person


@pytest.fixture
async def bob(stage: Stage, world: World, ann: Person) -> Person:
    """Return a subuser of Survival with every permission on allocations, who has looked at it too."""
    world.survival.subusers[2] = ALL
    person = await stage.linked("bob", world.bob)
    await person.run("allocations list", server="Survival")
    stage.panel.requests.clear()
    return person
