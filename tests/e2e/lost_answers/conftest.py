"""A stage on which answers can be late or lost, and somebody in front of a list."""

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
    """Yield a stage on which answers can be late; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened
    check_no_bug(opened, caplog)


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Ann, in front of the list of Survival's allocations."""
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server=world.survival.identifier)
    stage.watch_requests()
    return ann
