"""A stage of a panel that limits creations, whose clock a test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.stage import check_no_bug
from tests.world import World


@pytest.fixture
def flavour() -> Flavour:
    """Return the panel of the tests that name none."""
    return Flavour.PTERODACTYL_1_12


@pytest.fixture
async def stage(
    world: World,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    flavour: Flavour,
) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which `panel.advance` turns the panel's clock and the bot's clock for limits together."""
    async with open_troubled_stage(world.state, tmp_path, flavour=getattr(request, "param", flavour)) as opened:
        yield opened
    check_no_bug(opened, caplog)
