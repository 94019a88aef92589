"""Whether the bot is well: ready, alive, and told to who manages the service."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.terminal import answering
from tests.process.harbour import Harbour
from tests.process.watched.watching import Watcher, service_manager


async def test_ready_means_every_shard_connected_and_a_database_that_takes_a_write(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}") as bot:
        assert await watcher.until("/readyz", 200) == "ready\n"
        with closing(sqlite3.connect(bot.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked = await watcher.get("/readyz")
            alive = await watcher.get("/livez")
            other.execute("ROLLBACK")
        assert await watcher.until("/readyz", 200) == "ready\n"
        await harbour.discord.gateway.refuse(4000)
        lost = await watcher.until("/readyz", 503)

    assert locked[0] == 503
    assert "the database" in locked[1]
    assert alive == (200, "alive\n")
    assert lost == "not connected to Discord on every shard\n"


async def test_a_health_check_asks_the_same_where_numbers_are_told(harbour: Harbour, port: int) -> None:
    place = f"127.0.0.1:{port}"
    async with harbour.bot("health", METRICS=place) as nobody:
        assert await nobody.ended() == 1
    async with harbour.bot(METRICS=place):
        await harbour.discord.until_ready()
        async with harbour.bot("health", METRICS=place) as health:
            assert await health.ended() == 0

    assert health.output == ["healthy: ready"]
    assert nobody.output[0].startswith(f"unhealthy: no bot answers at {place}")


async def test_a_health_check_takes_no_other_program_for_the_bot(harbour: Harbour) -> None:
    async with answering(200, "ready", "text/plain") as stranger:
        place = stranger.removeprefix("http://")
        async with harbour.bot("health", METRICS=place) as health:
            assert await health.ended() == 1

    assert health.output == [
        f"unhealthy: what answers at {place} is another program, or a bot with other settings of database or shards"
    ]


async def test_the_service_manager_is_told_when_the_bot_is_ready_that_it_lives_and_that_it_stops(
    harbour: Harbour, tmp_path: Path
) -> None:
    async with service_manager(tmp_path) as (path, told, watch):
        await harbour.discord.gateway.refuse(4000)
        async with harbour.bot(NOTIFY_SOCKET=path, WATCHDOG_USEC="400000") as bot:
            await watch.until(lambda: told.count("WATCHDOG=1") > 1, within=20, what="signs of life before it is ready")
            before = list(told)
            harbour.discord.gateway.relent()
            await watch.until(lambda: "READY=1" in told, within=30, what="that it is ready")
            signs = told.count("WATCHDOG=1")
            await watch.until(lambda: told.count("WATCHDOG=1") > signs + 1, within=20, what="more signs of life")
            bot.terminate()
            assert await bot.ended() == 0

    assert "READY=1" not in before
    assert "STATUS=Not connected to Discord" in before
    assert told.count("READY=1") == 1
    assert "STATUS=Connected to Discord" in told
    assert told[-1] == "STOPPING=1"
