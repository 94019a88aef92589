"""Fixtures: somebody before a bot that reaches its database by way of a proxy."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.demo.stage import open_stage
from tests.e2e.postgres.trouble.sea import Sea
from tests.postgres.proxy import UNENCRYPTED, proxy_before
from tests.postgres.server import Server, running_server
from tests.postgres.stage import stage_on
from tests.world import World


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Yield the server that all share; one of its own where the test's parameter says so."""
    if getattr(request, "param", None) == "own":
        request.getfixturevalue("postgres")  # skips where there is none
        with running_server() as own:
            yield own
    else:
        yield request.getfixturevalue("postgres")


@pytest.fixture
async def sea(world: World, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sea]:
    """Yield Survival's owner before a bot that reaches its database by way of a proxy."""
    monkeypatch.setattr("bot.store.lane.PATIENCE", 1.0)
    monkeypatch.setattr("bot.store.lane.SILENCE", 0.5)
    name = server.fresh().rpartition("/")[2]
    with proxy_before(server.port) as proxy:
        kind = stage_on(server.url(name, port=proxy.port) + UNENCRYPTED)
        async with open_stage(world.state, tmp_path, kind=kind) as stage:
            # A test of ten seconds and more would else sit until aiohttp looks after its connections, fifteen later.
            with stage.still_time():
                ann = await stage.linked("ann", world.ann)
                await ann.run("allocations list", server="Survival")
            stage.panel.requests.clear()
            yield Sea(stage, proxy, server, name, ann)
            stage.env.raise_errors()


@pytest.fixture
def small_disk(server: Server) -> Iterator[Path]:
    """Yield a folder of the server's user on a disk of two megabytes."""
    folder = server.folder / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False)  # noqa: S603, S607
    if made.returncode != 0:
        pytest.skip("this user may not mount a file system of its own, so that none can be filled")
    try:
        owner = server.folder.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607
