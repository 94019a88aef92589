"""Check at the front door: a stage of each panel, Survival's owner, a silent port, and games out in the world."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import stage as demo
from bot.demo.games import JavaGame
from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.check.ways import Outside
from tests.e2e.checks import CheckingStage, place
from tests.ports import free_port
from tests.stage import check_no_bug
from tests.world import World


@pytest.fixture(params=[Flavour.PTERODACTYL_1_11, Flavour.PELICAN], ids=lambda flavour: flavour.name.lower())
async def stage(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> AsyncIterator[CheckingStage]:
    """Yield a stage of each panel; a test in which the bot logs a bug fails."""
    async with demo.open_stage(world.state, tmp_path, flavour=request.param, kind=CheckingStage) as stage:
        yield stage
    check_no_bug(stage, caplog)


@pytest.fixture
async def ann(stage: CheckingStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


@pytest.fixture
def closed(world: World) -> int:
    """Return a port of Survival on which nobody listens, and which no log knows of."""
    port = free_port()
    place(world, world.survival, port)
    return port


@pytest.fixture
async def outside(stage: CheckingStage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outside]:
    """Yield a game at every public address, for a bot that asks no private ones, and what DNS says."""
    async with JavaGame() as game:
        outside = Outside(game)
        monkeypatch.setattr(stage, "private", "off")
        stage.way = outside
        await stage.restart()
        monkeypatch.setattr(socket, "getaddrinfo", outside.getaddrinfo)
        yield outside
