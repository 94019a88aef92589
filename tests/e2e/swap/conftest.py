"""The stage on which keys are swapped, and a member who has linked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.people import Person
from tests.e2e.swap.swapping import SwapStage, Ways, open_swap_stage
from tests.stage import check_no_bug
from tests.world import World


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[SwapStage]:
    """Yield a stage with the ways of the parameter; a test in which the bot has a bug fails."""
    async with open_swap_stage(world.state, tmp_path, getattr(request, "param", Ways())) as opened:
        yield opened
    check_no_bug(opened, caplog)


@pytest.fixture
async def ann(stage: SwapStage, world: World) -> Person:
    """Return a member who has linked, with the message that offers the swap in sight."""
    person = stage.person("ann")
    await person.link(world.ann)
    stage.panel.requests.clear()
    return person
