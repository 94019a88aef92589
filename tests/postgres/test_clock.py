"""The server's clock is set back, as by a failover to a machine whose clock is ten minutes behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.domain.together import Slot
from bot.store.database import open_database
from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import KEY_BYTES, Vault
from tests.postgres.server import Server

ANN = 1
VAULT = Vault([b"k" * KEY_BYTES])
BACK = """
    CREATE OR REPLACE FUNCTION berth_now() RETURNS double precision LANGUAGE sql VOLATILE
    AS 'SELECT extract(epoch FROM clock_timestamp())::double precision - {}'
"""


@dataclass
class Clocked:
    """A process, another, and the clock of their server."""

    one: PostgresFleet
    two: PostgresFleet
    server: Server
    database: str

    def set_back(self, seconds: float) -> None:
        """Let the server's clock show so much less."""
        self.server.execute(BACK.format(seconds), database=self.database)


@pytest.fixture
async def clocked(postgres: Server) -> AsyncIterator[Clocked]:
    """Yield two processes whose server's clock can be set."""
    url = postgres.fresh()
    await (await open_database(url)).close()
    one, two = (PostgresFleet(url, VAULT, me=me) for me in ("one", "two"))
    yield Clocked(one, two, postgres, url.rpartition("/")[2])
    await one.close()
    await two.close()


async def test_a_session_is_begun_though_the_last_one_lies_ahead(clocked: Clocked) -> None:
    await clocked.one.starts.take(0)
    clocked.set_back(600)

    begun = await clocked.two.starts.take(0)
    refused = await clocked.one.starts.take(0)

    assert begun == Slot(0.0)
    assert 5 < refused.wait <= 5.5


async def test_of_many_that_ask_at_once_one_begins(clocked: Clocked) -> None:
    asked = await asyncio.gather(*(fleet.starts.take(0) for fleet in (clocked.one, clocked.two) for _ in range(10)))

    assert len([slot for slot in asked if slot.wait == 0]) == 1


async def test_what_somebody_did_before_is_not_counted_as_done_lately_for_ten_minutes(clocked: Clocked) -> None:
    for number in range(5):
        await clocked.one.claims.take(number, ANN)
    clocked.set_back(600)

    claim = await clocked.two.claims.take(10, ANN)
    again = await clocked.two.claims.take(11, ANN)

    assert (claim.mine, claim.lately, claim.elsewhere) == (True, 1, 0)
    assert again.lately == 2


async def test_a_mark_stands_for_no_longer_than_its_time(clocked: Clocked) -> None:
    await clocked.one.marks.put("restart", 60)
    clocked.set_back(600)

    assert await clocked.two.marks.put("restart", 60) is None
    assert await clocked.one.marks.put("restart", 60) is not None


async def test_a_mark_stands_though_the_clock_is_put_right_by_some_seconds(clocked: Clocked) -> None:
    await clocked.one.marks.put("press", 900)
    clocked.set_back(5)

    assert await clocked.two.marks.put("press", 900) is not None
