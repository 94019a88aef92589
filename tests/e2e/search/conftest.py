"""Who searches."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.search.searching import linked
from tests.stage import Stage
from tests.world import World


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return the owner of Survival and Creative."""
    return await linked(stage, "ann", world.ann)
