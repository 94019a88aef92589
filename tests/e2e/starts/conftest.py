"""The stage of each panel, whose clock is that of the bot's record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import stage as demo
from bot.demo.nameserver import NameServer
from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.checks import CheckingStage
from tests.e2e.naming.given import names_answered
from tests.stage import check_no_bug
from tests.world import World

FLAVOURS = (Flavour.PTERODACTYL_1_11, Flavour.PELICAN)


@pytest.fixture(params=FLAVOURS, ids=lambda flavour: flavour.name.lower())
async def stage(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> AsyncIterator[CheckingStage]:
    """Yield a stage of each panel; a test in which the bot logs a bug fails."""
    async with demo.open_stage(world.state, tmp_path, flavour=request.param, kind=CheckingStage) as stage:
        stage.share_the_clock()
        yield stage
    check_no_bug(stage, caplog)


@pytest.fixture
async def ann(stage: CheckingStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


@pytest.fixture
async def names(stage: CheckingStage) -> AsyncIterator[NameServer]:
    """Yield the DNS that the bot asks, which leads to Survival's first port."""
    async with names_answered(stage) as server:
        yield server
