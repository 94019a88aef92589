"""Somebody who has looked at a server before it changes."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.stage import Stage
from tests.world import World


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner, who has looked at it before somebody changed it on the panel's page."""
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    return ann
