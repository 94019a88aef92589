"""A port for the bot's numbers, and whoever asks there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.ports import free_port
from tests.process.watched.watching import Watcher


@pytest.fixture
def port() -> int:
    """Return a port for the bot's numbers."""
    return free_port()


@pytest.fixture
async def watcher(port: int) -> AsyncIterator[Watcher]:
    """Whoever watches the bot at that port."""
    async with aiohttp.ClientSession() as session:
        yield Watcher(session, port)
