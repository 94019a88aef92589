"""A server, or the first of several, that takes connections and says nothing, as one that hangs."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.errors import OwnDatabaseFailed
from bot.store.database import open_database
from bot.store.postgres.fleet import PostgresFleet
from tests.postgres.fleet.fleets import ANN, VAULT, Heard
from tests.postgres.proxy import UNENCRYPTED, Fault, Proxy, proxy_before
from tests.postgres.server import Server


@pytest.fixture
def behind_a_silent_one(postgres: Server) -> Iterator[str]:
    """Yield the address of a new database whose first host takes connections and says nothing."""
    good, name = f"127.0.0.1:{postgres.port}", postgres.fresh().rpartition("/")[2]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"postgresql://berth@127.0.0.1:{silent.getsockname()[1]},{good}/{name}"


async def test_where_the_first_of_several_hosts_says_nothing_a_process_works_by_the_next(
    behind_a_silent_one: str,
) -> None:
    await (await open_database(behind_a_silent_one)).close()
    fleet, heard = PostgresFleet(behind_a_silent_one, VAULT, me="one"), Heard()
    try:
        apart = await fleet.exclusion.join()
        fleet.news.listen(heard)
        async with asyncio.timeout(10):
            while (await fleet.starts.take(0)).wait:
                pass  # what is asked first waits no longer than ever for a connection, which is made meanwhile
        claim = await fleet.claims.take(1, ANN)
        async with fleet.exclusion.turn("server"):
            pass
        await heard.until(lambda words: "in" in words)
    finally:
        await fleet.close()

    assert apart == 0
    assert claim.mine


@pytest.fixture
async def proxied(postgres: Server) -> AsyncIterator[tuple[PostgresFleet, Proxy]]:
    """Yield a process that reaches its database by way of a proxy, and has asked there already."""
    name = postgres.fresh().rpartition("/")[2]
    await (await open_database(postgres.url(name))).close()
    with proxy_before(postgres.port) as proxy:
        fleet = PostgresFleet(postgres.url(name, port=proxy.port) + UNENCRYPTED, VAULT, me="one")
        await fleet.claims.take(1, ANN)
        yield fleet, proxy
        proxy.mend()
        await fleet.close()


async def test_what_a_server_does_not_answer_is_given_up_in_time(proxied: tuple[PostgresFleet, Proxy]) -> None:
    fleet, proxy = proxied
    proxy.meet(b"INSERT INTO marks", Fault.SILENCE)

    began = time.monotonic()
    with pytest.raises(OwnDatabaseFailed):
        await fleet.marks.put("posted", 300)
    took = time.monotonic() - began
    proxy.mend()

    assert took < 4
    assert await fleet.marks.put("posted", 300) is None
