"""A server whose owner has every transaction be as if nobody else were there, unless it is told otherwise."""

from __future__ import annotations

import asyncio

from bot.store.database import open_database
from bot.store.postgres.fleet import PostgresFleet
from tests.postgres.fleet.fleets import ANN, VAULT
from tests.postgres.server import Server


def serializable(postgres: Server) -> str:
    """Return the address of a new database that is set so."""
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    return url


async def test_processes_that_claim_at_the_same_time_each_get_their_answer(postgres: Server) -> None:
    url = serializable(postgres)
    await (await open_database(url)).close()
    one, two = (PostgresFleet(url, VAULT, me=me) for me in ("one", "two"))

    async def all_of(fleet: PostgresFleet) -> list[bool]:
        return [(await fleet.claims.take(number, ANN + number % 3)).mine for number in range(200)]

    first, second = await asyncio.gather(all_of(one), all_of(two))
    await one.close()
    await two.close()

    assert [a + b for a, b in zip(first, second, strict=True)] == [1] * 200


async def test_of_processes_that_start_together_on_a_new_database_each_finds_its_tables(postgres: Server) -> None:
    url = serializable(postgres)

    opened = await asyncio.gather(*(open_database(url) for _ in range(3)))

    for database in opened:
        assert await database.rows("SELECT * FROM names") == []
        await database.close()
