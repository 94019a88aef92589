"""The stage of several ports at once: a panel of either kind, a server with room, and its owner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.several.plans import open_several_stage
from tests.e2e.trouble import TroubledStage
from tests.world import World


@pytest.fixture
def flavour() -> Flavour:
    """Return the panel of a test that asks for none by a parameter of `stage`: one with the throttle."""
    return Flavour.PTERODACTYL_1_12


@pytest.fixture
async def stage(
    world: World,
    tmp_path: Path,
    flavour: Flavour,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[TroubledStage]:
    """Yield the stage, on which `pass_time` turns the panel's clock and the bot's together."""
    async with open_several_stage(world, tmp_path, caplog, getattr(request, "param", flavour)) as opened:
        yield opened


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return the owner of Survival, linked."""
    return await stage.linked("ann", world.ann)
