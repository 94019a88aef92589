"""A stage whose panel can be another after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import stage as demo
from tests.security.origin.places import StageElsewhere
from tests.world import World


@pytest.fixture
async def stage(world: World, tmp_path: Path) -> AsyncIterator[StageElsewhere]:
    """Yield such a stage."""
    async with demo.open_stage(world.state, tmp_path, kind=StageElsewhere) as opened:
        yield opened
