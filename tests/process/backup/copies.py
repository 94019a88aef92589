"""What a backup's tests do again and again: run a command to its end, read a file, leave one."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.process.harbour import Harbour
from tests.wire import BotProcess

ROUNDS = 40 if os.environ.get("BERTH_LONG") else 6
MUCH = 20_000
"""Rows that make copying take long enough to be killed in the middle of it."""


async def done(bot: BotProcess, *, code: int = 0) -> list[str]:
    """Run a command to its end and return what it printed, after checking that it said nothing else."""
    async with bot:
        ended = await bot.ended()
    assert ended == code, bot.stderr
    assert bot.lines == []
    return bot.output


def sql(file: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement on a database that is whole."""
    with closing(sqlite3.connect(file)) as database, database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return database.execute(statement, values).fetchall()


def linked_in(file: Path) -> set[str]:
    """Return the names of those whose links are in a database."""
    return {name for (name,) in sql(file, "SELECT panel_username FROM links")}


def schema_of(file: Path) -> str:
    """Return the revision of a database's schema."""
    return str(sql(file, "SELECT version_num FROM alembic_version")[0][0])


def names(folder: Path) -> set[str]:
    """Return what is in a folder."""
    return {path.name for path in folder.iterdir()}


def begun(folder: Path) -> set[str]:
    """Return what has been begun in a folder and not been finished."""
    return {name for name in names(folder) if name.startswith(".berth")}


def fill(file: Path) -> None:
    """Make a database large."""
    sql(
        file,
        "INSERT INTO changes (user_id, at, server, server_name, verb, address, outcome) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "SELECT i, 4102444800, '1a7ce997', hex(randomblob(500)), 'notes', 'filling', 'done' FROM n",
        MUCH,
    )


async def a_database(harbour: Harbour) -> Path:
    """Return the database as a bot leaves it that was stopped; one member is linked."""
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        await harbour.linked()
        bot.terminate()
        assert await bot.ended() == 0
    return harbour.folder / "berth.db"


async def until_begun(command: BotProcess, folder: Path) -> asyncio.Task[int]:
    """Return, once the command has begun to write in a folder or has ended, what waits for its end."""
    had = begun(folder)
    ended = asyncio.create_task(command.ended())
    while not ended.done() and begun(folder) <= had:
        await asyncio.wait({ended}, timeout=0.002)
    return ended
