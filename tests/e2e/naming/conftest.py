"""The DNS that the bot asks in the tests of names: a real one, on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.demo.nameserver import NameServer
from bot.net.resolver import Resolver
from tests.dns.odd import Odd
from tests.e2e.naming.given import names_answered
from tests.stage import Stage


@pytest.fixture
async def names(stage: Stage) -> AsyncIterator[NameServer]:
    """Yield the DNS that the bot asks: the name leads to Survival's address, by a record to its first port."""
    async with names_answered(stage) as server:
        yield server


@pytest.fixture
async def odd(stage: Stage) -> AsyncIterator[Odd]:
    """Yield the DNS that the bot asks, which knows nothing and answers all it is asked."""
    async with Odd({}, ttl=0) as server:
        server.does = "right"
        stage.look_names_up_by(Resolver(["127.0.0.1"], port=server.port))
        yield server
