"""A server that has run for two hours, and somebody who may not read the log of it."""

from __future__ import annotations

import pytest

from bot.demo.panel.daemon import Process
from bot.demo.people import Person
from tests.e2e.checks import HOURS, CheckingStage
from tests.world import World

PERMISSIONS = ["allocation.read", "allocation.update", "control.restart"]


@pytest.fixture(autouse=True)
def has_run(stage: CheckingStage, world: World) -> None:
    """Have Survival run for two hours."""
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), HOURS)


@pytest.fixture
async def bob(stage: CheckingStage, world: World) -> Person:
    """Return somebody who may make ports the primary, and not read the log."""
    world.survival.subusers[2] = PERMISSIONS
    return await stage.linked("bob", world.bob)
