"""Fixtures: a small world on a stage with a database of its own, and a PostgreSQL server where one can be started."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from tests.postgres.server import MISSING, Server, programs, running_server
from tests.postgres.stage import stage_on
from tests.stage import Stage, check_no_bug, open_stage
from tests.world import World, small_world


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let everything that happens on a stage happen with the other database."""
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="what stages keep things in"
    )


@pytest.fixture
def world() -> World:
    """Return the small community, before anybody has done anything."""
    return small_world()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Yield a PostgreSQL server that runs as long as the tests of this process."""
    if programs() is None:
        pytest.skip(MISSING)
    with running_server() as server:
        yield server


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Stage]:
    """Yield the bot on a stage; `@pytest.mark.parametrize("stage", [Flavour.PELICAN], indirect=True)` plays Pelican.

    A test in which the bot logs a bug fails, unless it is marked `expects_bug`.
    """
    flavour = getattr(request, "param", Flavour.PTERODACTYL_1_11)
    on_server = request.config.getoption("--database") == "postgresql"
    kind = stage_on(request.getfixturevalue("postgres").fresh()) if on_server else Stage
    async with open_stage(world.state, tmp_path, flavour=flavour, kind=kind) as opened:
        yield opened
    if request.node.get_closest_marker("expects_bug") is None:
        check_no_bug(opened, caplog)
