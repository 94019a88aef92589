"""As many shards as the largest bots have, on a network that takes its time."""

from __future__ import annotations

import asyncio

from bot.store.database import open_database
from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import KEY_BYTES, Vault
from tests.postgres.proxy import UNENCRYPTED, proxy_before
from tests.postgres.server import Server

VAULT = Vault([b"k" * KEY_BYTES])
SHARDS = range(1_000)
AWAY = 0.012
"""Seconds to a server in another region, and back."""
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'berth-%' AND datname = '{}'"


async def test_after_a_lost_connection_a_thousand_shards_are_told_of_again_by_one_statement(postgres: Server) -> None:
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    await (await open_database(url)).close()
    other = PostgresFleet(url, VAULT, me="other")
    with proxy_before(postgres.port) as proxy:
        far = PostgresFleet(postgres.url(name, port=proxy.port) + UNENCRYPTED, VAULT, me="far")
        await asyncio.gather(*(far.exclusion.begin(shard) for shard in SHARDS))
        proxy.takes = AWAY
        postgres.execute(CUT.format(name), database=name)
        before = proxy.executed

        async with far.exclusion.turn("server"):
            asked = proxy.executed - before
            carried = await other.exclusion.by_another(SHARDS)
        await far.close()
    await other.close()

    # The locks, the shards and the keys at hand of this process; then the turn, tried on the lost connection first.
    assert asked <= 3 + 2
    assert carried
