"""The DNS that the bot asks in the tests of names: a real one, on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.demo.nameserver import NameServer
from bot.net.resolver import Resolver
from tests.e2e.naming.given import NAME, SRV
from tests.stage import Stage


@pytest.fixture
async def names(stage: Stage) -> AsyncIterator[NameServer]:
    """Yield the DNS that the bot asks: the name leads to Survival's address, by a record to its first port."""
    async with NameServer({}, ttl=0) as server:
        server.zone = {
            SRV: ["0 5 25565 node.example.org."],
            f"{NAME} A": ["203.0.113.7"],
            "node.example.org A": ["203.0.113.7"],
        }
        stage.look_names_up_by(Resolver(["127.0.0.1"], port=server.port))
        yield server
