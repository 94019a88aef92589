"""Which process may join those that run, where several begin at the same moment."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from bot.store.database import open_database
from bot.store.postgres.fleet import PostgresFleet
from bot.store.postgres.line import new_connection
from bot.store.vault import KEY_BYTES, Vault
from tests.postgres.proxy import UNENCRYPTED, proxy_before
from tests.postgres.server import Server

OLD, NEW = b"o" * KEY_BYTES, b"n" * KEY_BYTES
WAIT = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
IN_TURN = 1112888426
"""The lock of who looks at the keys of others, and tells of its own."""


@pytest.mark.parametrize(("keys", "apart"), [([[OLD], [NEW]], [0, 1]), ([[OLD], [OLD, NEW]], [0, 0])])
async def test_of_two_that_join_at_the_same_moment_without_a_key_in_common_one_is_kept_out(
    postgres: Server, keys: list[list[bytes]], apart: list[int]
) -> None:
    url = postgres.fresh()
    await (await open_database(url)).close()
    fleets = [PostgresFleet(url, Vault(some), me=str(number)) for number, some in enumerate(keys)]

    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as between:
        await between.execute("SELECT pg_advisory_lock(%s)", (IN_TURN,))
        joining = [asyncio.create_task(fleet.exclusion.join()) for fleet in fleets]
        while (await (await between.execute(WAIT)).fetchone() or (0,))[0] < len(fleets):
            assert not any(task.done() for task in joining)
        await between.execute("SELECT pg_advisory_unlock(%s)", (IN_TURN,))
        found = await asyncio.gather(*joining)
    for fleet in fleets:
        await fleet.close()

    assert sorted(found) == apart


async def test_a_process_that_hangs_as_it_joins_keeps_no_other_from_joining(postgres: Server) -> None:
    """As one that is paused, whose machine still answers for its connections."""
    url = postgres.fresh()
    await (await open_database(url)).close()
    fleet = PostgresFleet(url, Vault([OLD]), me="one")

    paused = await new_connection(url)
    await paused.execute("BEGIN")
    await paused.execute("SELECT pg_advisory_xact_lock($1)", (IN_TURN,))
    apart = await fleet.exclusion.join()
    await fleet.close()
    await paused.close()

    assert apart == 0


async def test_as_many_as_start_at_once_join_one_after_the_other_on_a_server_far_away(postgres: Server) -> None:
    name = postgres.fresh().rpartition("/")[2]
    await (await open_database(postgres.url(name))).close()
    with proxy_before(postgres.port) as proxy:
        proxy.takes = 0.1
        url = postgres.url(name, port=proxy.port) + UNENCRYPTED
        fleets = [PostgresFleet(url, Vault([OLD]), me=str(number)) for number in range(12)]
        found = await asyncio.gather(*(fleet.exclusion.join() for fleet in fleets))
        for fleet in fleets:
            await fleet.close()

    assert found == [0] * len(fleets)
