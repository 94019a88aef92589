"""Another program at the database of the bot, and rows that the bot puts there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from bot.store.address import file_of
from bot.store.database import Database
from tests.security.evidence import bytes_on_disk


@contextmanager
def another(url: str, *statements: str) -> Iterator[sqlite3.Connection]:
    """Yield another program's connection, on which these statements were run."""
    with closing(sqlite3.connect(str(file_of(url)), isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement).fetchall()
        yield other


def writing(url: str) -> AbstractContextManager[sqlite3.Connection]:
    """Return another program that is in the middle of writing."""
    return another(url, "BEGIN IMMEDIATE")


def on_disk(url: str) -> bytes:
    """Return everything that lies in the database and beside it."""
    return bytes_on_disk(Path(str(file_of(url))))


async def put(database: Database, name: str) -> None:
    """Write one row."""
    await database.write(lambda connection: connection.execute("INSERT INTO settings VALUES (?, '0')", (name,)))


async def names(database: Database) -> list[str]:
    """Return what was put."""
    rows = await database.read(lambda connection: connection.execute("SELECT name FROM settings").fetchall())
    return sorted(row["name"] for row in rows)
