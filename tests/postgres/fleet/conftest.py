"""Fixtures: two processes on one database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.database import open_database
from bot.store.postgres.fleet import PostgresFleet
from tests.postgres.fleet.fleets import VAULT, Fleets, Heard
from tests.postgres.server import Server


@pytest.fixture
async def fleets(postgres: Server) -> AsyncIterator[Fleets]:
    """Yield two processes, and what the second one hears."""
    url = postgres.fresh()
    await (await open_database(url)).close()
    both = Fleets(url, PostgresFleet(url, VAULT, me="one"), PostgresFleet(url, VAULT, me="two"), Heard())
    other = Heard()
    both.one.news.listen(other)
    both.two.news.listen(both.heard)
    await other.until(lambda words: "in" in words)
    await both.heard.until(lambda words: "in" in words)
    yield both
    await both.one.close()
    await both.two.close()
