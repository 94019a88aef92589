"""The tables of a new database, for what must be said of each of them."""

from __future__ import annotations

import asyncio

from bot.store.connection import Connection
from bot.store.database import open_database

_ALEMBICS_OWN = "alembic_version"


def tables() -> dict[str, list[str]]:
    """Return the columns of every table of ours, as the migrations make them."""
    return asyncio.run(read_tables())


async def read_tables() -> dict[str, list[str]]:
    """Return the same within a loop that runs."""

    def found(connection: Connection) -> dict[str, list[str]]:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {
            name: [column["name"] for column in connection.execute(f"PRAGMA table_info({name})").fetchall()]
            for (name,) in names.fetchall()
            if name != _ALEMBICS_OWN
        }

    database = await open_database("sqlite://")
    columns = await database.read(found)
    await database.close()
    return columns
