"""Looking at what the bot leaves behind: its database as any program could read it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from bot.demo.stage import Stage


def database_file(stage: Stage) -> Path:
    """Return the file of the stage's database."""
    return Path(str(make_url(stage.settings.database_url).database))


def run_sql(path: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement on a database file, beside the bot that uses it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def bytes_on_disk(path: Path) -> bytes:
    """Return everything that lies in the database and the files SQLite keeps beside it."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
