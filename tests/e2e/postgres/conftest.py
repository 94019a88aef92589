"""Fixtures: the bot whose database is a server's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.postgres.counted import Counted, counted_on
from tests.postgres.server import Server
from tests.world import World


@pytest.fixture
async def on_server(world: World, tmp_path: Path, postgres: Server) -> AsyncIterator[Counted]:
    """Yield the bot on a stage with a new database of the server."""
    async with counted_on(postgres, world.state, tmp_path) as counted:
        yield counted
