"""Who types, on which stage."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.people import Person
from tests.e2e.several.plans import open_several_stage
from tests.e2e.trouble import TroubledStage
from tests.world import World


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which Survival has room for six more; a test in which the bot logs a bug fails."""
    async with open_several_stage(world, tmp_path, caplog) as opened:
        yield opened


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)
