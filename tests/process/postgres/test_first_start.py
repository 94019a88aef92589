"""The first start on a PostgreSQL server: who may make its tables, and what passes on the way does not end it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest

from bot.store.database import open_database
from bot.store.errors import DatabaseBusy
from tests.postgres.server import Server
from tests.process.commands import KEY, ran
from tests.process.harbour import Harbour
from tests.wire import BotProcess

MIGRATES = "SELECT pg_advisory_lock(4252616971)"
"""As another process does that brings the database up to date."""
WAITS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@asynccontextmanager
async def waiting(harbour: Harbour, server: Server, url: str) -> AsyncIterator[tuple[BotProcess, psycopg.Connection]]:
    """Yield a bot that waits for another process to make the tables, and what that one is connected by."""
    name = url.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(MIGRATES)
        async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
            async with asyncio.timeout(40):
                while not await asyncio.to_thread(server.execute, WAITS, database=name):
                    pass  # the process takes a moment to start
            yield bot, other


async def test_a_first_start_that_is_cut_ends_so_that_it_is_tried_again_and_then_goes_well(
    harbour: Harbour, postgres: Server
) -> None:
    url = postgres.fresh()

    async with waiting(harbour, postgres, url) as (bot, _):
        [(backend,)] = postgres.execute(WAITS, database=url.rpartition("/")[2])
        postgres.execute(f"SELECT pg_terminate_backend({backend})")
        code = await bot.ended()
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as again:
        await again.until_line("Ready as", within=40)

    assert (code, bot.lines) == (
        1,
        ["berth: the database failed: terminating connection due to administrator command (57P01)"],
    )


async def test_a_first_start_outlasts_what_the_server_allows_a_statement(harbour: Harbour, postgres: Server) -> None:
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    limits = "SELECT name FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout')"
    for (limit,) in postgres.execute(limits):
        postgres.execute(f"ALTER DATABASE {name} SET {limit} = '1s'")

    async with waiting(harbour, postgres, url) as (bot, other):
        await asyncio.to_thread(postgres.execute, "SELECT pg_sleep(1.5)")
        other.execute("SELECT pg_advisory_unlock_all()")
        postgres.execute(*(f"ALTER DATABASE {name} RESET {limit}" for (limit,) in postgres.execute(limits)))
        await bot.until_line("Ready as", within=40)

    assert any("Database schema: " in line for line in bot.lines)


async def test_a_first_start_that_waits_in_vain_for_another_is_told_as_what_passes(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.postgres.upgrade._WAITS", "SET LOCAL lock_timeout = '100ms'")
    url = postgres.fresh()

    with psycopg.connect(url, autocommit=True) as other:
        other.execute(MIGRATES)
        with pytest.raises(DatabaseBusy, match=r"canceling statement due to lock timeout \(55P03\)"):
            await open_database(url)


@pytest.mark.parametrize("lacks", ["CREATE", "USAGE, CREATE"])
async def test_a_role_that_may_make_no_tables_is_told_what_to_grant_and_starts_then(
    harbour: Harbour, postgres: Server, lacks: str
) -> None:
    url = postgres.fresh()
    name, role = url.rpartition("/")[2], f"small-{lacks[:3].lower()}"
    settings: dict[str, Any] = {"DATABASE_URL": url.replace("berth@", f"{role}@")}
    grant = f'GRANT USAGE, CREATE ON SCHEMA public TO "{role}"'
    line = (
        f'{name} at 127.0.0.1:{postgres.port} lets "{role}" make no tables, as the first start does: '
        f"have its owner run {grant}, and start again"
    )
    postgres.execute(f'CREATE ROLE "{role}" LOGIN')
    postgres.execute(f"REVOKE {lacks} ON SCHEMA public FROM PUBLIC", database=name)

    checked = await ran(harbour, "check", **settings)
    ended = await ran(harbour, **settings)
    postgres.execute(grant, database=name)
    async with harbour.bot(ENCRYPTION_KEY=KEY, **settings) as bot:
        await bot.until_line("Ready as", within=40)

    assert checked[0] == 2
    assert f"FAILED database: {line}" in checked[1].splitlines()
    assert ended == (2, f"berth: {line}")


async def test_tables_of_another_owner_end_a_start_by_one_line(harbour: Harbour, postgres: Server) -> None:
    url = postgres.fresh()
    await (await open_database(url)).close()
    postgres.execute("CREATE ROLE stranger LOGIN")
    settings: dict[str, Any] = {"DATABASE_URL": url.replace("berth@", "stranger@")}
    line = "the database cannot be opened: permission denied for table alembic_version"

    checked = await ran(harbour, "check", **settings)
    ended = await ran(harbour, **settings)

    assert f"FAILED database: {line}" in checked[1].splitlines()
    assert (checked[0], ended) == (2, (2, f"berth: {line}"))
