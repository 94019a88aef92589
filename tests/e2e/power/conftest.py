"""The stage of each panel, and the owner of its first server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.stage import check_no_bug
from tests.world import World

FLAVOURS = (Flavour.PTERODACTYL_1_11, Flavour.PELICAN)


@pytest.fixture(params=FLAVOURS, ids=lambda flavour: flavour.name.lower())
async def stage(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> AsyncIterator[TroubledStage]:
    """Yield a stage of each panel; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path, flavour=request.param) as stage:
        yield stage
    check_no_bug(stage, caplog)


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)
