"""Fixtures: a panel in trouble, and two people who share a server on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.people import Person
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.stage import check_no_bug
from tests.world import World


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which answers can be lost; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened
    check_no_bug(opened, caplog)


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Survival's owner, who may read the panel's log of it."""
    return await stage.linked("ann", world.ann)


@pytest.fixture
async def bob(stage: TroubledStage, world: World) -> Person:
    """Return somebody who may add to Survival and see it, but not read the panel's log."""
    world.survival.subusers[2] = ["allocation.read", "allocation.create", "allocation.update", "allocation.delete"]
    return await stage.linked("bob", world.bob)
