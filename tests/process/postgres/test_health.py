"""Whether a bot on a PostgreSQL server is well, asked without its numbers and without a file."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.postgres.server import Server
from tests.process.commands import KEY, ran
from tests.process.harbour import Harbour
from tests.wire import BotProcess


async def test_health_says_whether_the_bot_is_connected_without_metrics_and_without_a_file(
    harbour: Harbour, postgres: Server
) -> None:
    url, other = postgres.fresh(), postgres.fresh()
    # As the image asks: with the settings of the process, on a disk that takes no file.
    asked: dict[str, Any] = {"DISCORD_TOKEN": None, "PANEL_URL": None, "TMPDIR": "/nowhere"}

    async def healthy(url: str, **more: str) -> tuple[int, str]:
        return await ran(harbour, "health", DATABASE_URL=url, **asked, **more)

    before = await healthy(url)
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY, SHARD_COUNT="1") as bot:
        await bot.until_line("Ready as")
        well = await _until_well(harbour, bot, url)
        others = await healthy(other, SHARD_COUNT="1")
        bot.terminate()
        assert await bot.ended() == 0
    after = await healthy(url, SHARD_COUNT="1")

    assert before == after == others == (1, "unhealthy: no bot with these settings runs on this machine")
    assert well.startswith("healthy: the bot was connected to Discord ")
    assert list(harbour.folder.iterdir()) == []


async def test_health_says_so_where_only_the_other_processes_do_not_know_yet_that_the_bot_is_connected(
    harbour: Harbour, postgres: Server
) -> None:
    url = postgres.fresh()
    settings: dict[str, Any] = {"DATABASE_URL": url, "ENCRYPTION_KEY": KEY, "SHARD_COUNT": "1"}
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(1112888424, 0)")
        async with harbour.bot(**settings) as bot:
            await harbour.discord.until_ready()
            await bot.until_line("Locks between processes may be late")
            unknown = await ran(harbour, "health", **settings)
            other.execute("SELECT pg_advisory_unlock(1112888424, 0)")
            well = await _until_well(harbour, bot, url)

    assert unknown == (1, "unhealthy: the bot is connected to Discord, which the other processes do not know yet")
    assert well.startswith("healthy: the bot was connected to Discord ")


async def _until_well(harbour: Harbour, bot: BotProcess, url: str) -> str:
    """Return what `health` says once it is well; it looks every second."""
    for _ in range(10):
        code, said = await ran(harbour, "health", DATABASE_URL=url, SHARD_COUNT="1", DISCORD_TOKEN=None)
        if code == 0:
            return said
    return bot.stderr
