"""The owner of the first server."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.stage import Stage
from tests.world import World


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)
