"""A new database for a stage, copied: making one anew takes most of the time in which a stage is set up.

It holds the tables and nothing else. That the bot makes it so is tested where it is started on none, in `tests/store`
and `tests/process`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.store.database import open_database

_made: list[bytes] = []


async def lay(path: Path) -> None:
    """Put a new database there, unless there is one; where the folder is missing too, the bot makes both."""
    if not _made:
        _made.append(await _new())
    with contextlib.suppress(FileExistsError, FileNotFoundError):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as new:
            new.write(_made[0])


async def _new() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        database = await open_database(f"sqlite:///{path}")
        await database.close()
        with closing(sqlite3.connect(path)) as connection:
            return connection.serialize()
