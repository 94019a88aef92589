"""What the server is asked for on every connection that stays, whatever its own settings are."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database, open_database
from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import KEY_BYTES, Vault
from tests.postgres.server import Server

VAULT = Vault([b"k" * KEY_BYTES])
NOTICES = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[Database, PostgresFleet]]:
    """Yield what a process works on: its database, and what it asks the others by."""
    database = await open_database(url)
    fleet = PostgresFleet(url, VAULT, me="one")
    try:
        yield database, fleet
    finally:
        await fleet.close()
        await database.close()


async def shown(postgres: Server, names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return what these settings are on a connection that works, and on one that holds locks."""
    asked = ", ".join(f"current_setting('{name}')" for name in names)
    async with opened(postgres.fresh()) as (database, fleet):
        row = await database.row(f"SELECT {asked}", ())
        [locks] = await fleet.exclusion.line.ask(f"SELECT {asked}")
    return [tuple(row), tuple(locks)]


async def test_the_server_notices_within_half_a_minute_that_the_machine_of_a_process_is_gone(postgres: Server) -> None:
    """Else its locks are held for two hours, by the kernel's own keepalive."""
    assert await shown(postgres, NOTICES) == [("15", "5", "3", "20000")] * 2


async def test_a_server_that_is_reached_by_its_socket_goes_without(postgres: Server) -> None:
    url = f"{postgres.fresh().replace(f'127.0.0.1:{postgres.port}', '')}?host={postgres.folder}&port={postgres.port}"
    async with opened(url) as (database, fleet), fleet.exclusion.turn("server"):
        assert await database.row("SELECT 1 AS one", ())


async def test_what_holds_locks_is_not_ended_for_being_idle_whatever_the_database_is_set_to(postgres: Server) -> None:
    """Else another process has the turn while this one, which waits for a slow panel, believes that it holds it."""
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    asked = "SELECT current_setting('idle_session_timeout', true)"
    if postgres.execute("SELECT current_setting('server_version_num')::int < 140000") == [(True,)]:
        pytest.skip("this server is too old to have the setting")
    postgres.execute(f"ALTER DATABASE {name} SET idle_session_timeout = '5s'")
    async with opened(url) as (database, fleet):
        others = await database.row(asked, ())
        [held] = await fleet.exclusion.line.ask(asked)

    assert tuple(others or ()) == ("5s",)
    assert held == ("0",)
