"""A database of its own, opened as the bot opens it: in a folder, and on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.store.address import is_postgres
from bot.store.connection import Connection
from bot.store.database import Database, open_database
from tests.postgres.server import Server

in_a_file = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""Of what only SQLite has: a file."""


_FULL_IN_A_FILE = ("CREATE TRIGGER full_disk BEFORE {} BEGIN SELECT RAISE(ABORT, 'disk full'); END",)
_FULL_ON_A_SERVER = (
    "CREATE FUNCTION full_disk() RETURNS trigger AS "
    "'BEGIN RAISE disk_full USING MESSAGE = ''disk full''; END' LANGUAGE plpgsql",
    "CREATE TRIGGER full_disk BEFORE {} FOR EACH ROW EXECUTE FUNCTION full_disk()",
)


def url_in(folder: Path) -> str:
    """Return the URL of a file that does not exist yet, in a folder that does not either."""
    return f"sqlite:///{folder / 'data' / 'berth.db'}"


async def fill_the_disk(database: Database, url: str, *, before: str) -> None:
    """Let the disk be full for what is about to be done, as for "UPDATE ON links"."""
    for statement in _FULL_ON_A_SERVER if is_postgres(url) else _FULL_IN_A_FILE:
        await database.write(partial(_run, statement=statement.format(before)))


def _run(connection: Connection, *, statement: str) -> None:
    connection.execute(statement)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database that is empty, or does not exist yet, in a folder that does not either."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        return server.fresh()
    return url_in(tmp_path)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Yield a new database."""
    opened = await open_database(url)
    yield opened
    await opened.close()
