"""The one running process that the tests of a module share, each with a member of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.process.harbour import Harbour, open_harbour
from tests.wire import BotProcess


@dataclass(frozen=True)
class Running:
    """The process all tests of this module share, and its surroundings."""

    harbour: Harbour
    bot: BotProcess


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="shared")
async def shared_fixture(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Yield a harbour with a running bot."""
    async with open_harbour(tmp_path_factory.mktemp("answers")) as harbour, harbour.bot() as bot:
        await harbour.discord.until_ready()
        yield Running(harbour, bot)
        bot.terminate()
        assert await bot.ended() == 0


@pytest_asyncio.fixture(loop_scope="module", name="harbour")
async def harbour_fixture(shared: Running) -> AsyncIterator[Harbour]:
    """Yield the harbour; the process must survive the test without a complaint."""
    harbour, bot = shared.harbour, shared.bot
    harbour.panel.requests.clear()
    harbour.discord.calls.clear()
    before = len(bot.lines)
    yield harbour
    harbour.discord.faults.clear()
    harbour.panel.faults.clear()
    assert bot.running
    bot.assert_content(since=before)
