"""A bot, its PostgreSQL server, and what can happen in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from bot.demo.people import Person
from tests.names import unnamed
from tests.postgres.proxy import Proxy
from tests.postgres.server import Server
from tests.stage import Stage
from tests.world import SURVIVAL

NOTES: dict[str, Any] = {"server": SURVIVAL, "allocation": "25566", "text": "x"}
CANNOT = "❌ I cannot write to my own database"
HELD, AWAY, CROWDED = "Another program holds it.", "It does not answer now", "More is asked of it right now"
FULL, READ_ONLY = "Its disk is full.", "It takes nothing new at the moment, like a replica."
own_server = pytest.mark.parametrize("server", ["own"], indirect=True)


@dataclass
class Sea:
    """A bot, its database, and what can happen in between."""

    stage: Stage
    proxy: Proxy
    server: Server
    database: str
    ann: Person

    def found(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what another program finds in the database."""
        return self.server.execute(statement, database=self.database)

    async def annotated(self) -> str:
        """Change a port's notes; return what is said."""
        return (await self.ann.run("allocations notes", **NOTES)).text

    def read_only(self, state: str) -> None:
        """Let the database take writes or not, for whoever connects from now on; all have to."""
        self.server.execute(
            f"ALTER DATABASE {self.database} SET default_transaction_read_only = {state}",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'berth-%'",
        )

    @contextmanager
    def held(self, *statements: str) -> Iterator[psycopg.Connection[Any]]:
        """Let another program be in the middle of a transaction."""
        with psycopg.connect(self.server.url(self.database)) as other:
            for statement in statements:
                other.execute(statement.encode())
            yield other
            other.rollback()


async def away_for_a_minute(sea: Sea) -> None:
    """Let the bot have nothing of Ann's in memory, and her last use be a minute ago."""
    await sea.stage.env.advance_time(61)
    await sea.stage.restart()


def call_full(sea: Sea, *, before: str) -> None:
    """Let the server say of these statements that its disk is full."""
    sea.found(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE disk_full USING MESSAGE = ''could not extend file: No space left on device''; END'"
    )
    sea.found(f"CREATE TRIGGER full_disk BEFORE {before} FOR EACH ROW EXECUTE FUNCTION full_disk()")


def assert_told_as_full(said: str) -> None:
    """Fail if a full disk was not told as one, with whose side it is on and what to do."""
    assert CANNOT in said
    assert FULL in said
    assert "nothing was sent to {panel}" in unnamed(said)
    assert "Tell whoever runs this bot that its database needs room" in said
    assert "on my side, neither on yours nor on {panel}'s" in unnamed(said)
