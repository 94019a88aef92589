"""Looking at what the bot leaves behind: its database as any program could read it."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.demo.stage import Stage
from bot.store.address import file_of


def database_file(stage: Stage) -> Path:
    """Return the file of the stage's database; a test that looks into one is skipped where there is none."""
    path = file_of(stage.settings.database_url)
    if path is None:
        pytest.skip("this looks into the file of a database, and a server has none")
    return path


def run_sql(path: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement on a database file, beside the bot that uses it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def bytes_on_disk(path: Path) -> bytes:
    """Return everything that lies in the database and the files SQLite keeps beside it."""
    return _read_elsewhere(sorted(path.parent.glob(f"{path.name}*")))


def bytes_below(folder: Path) -> bytes:
    """Return everything that lies in the files of a folder and those below it."""
    return _read_elsewhere(sorted(path for path in folder.rglob("*") if path.is_file()))


def _read_elsewhere(files: list[Path]) -> bytes:
    # Not in this process: to close a file would end the locks that SQLite holds on it here.
    return subprocess.run(["cat", *files], check=True, capture_output=True).stdout  # noqa: S603, S607
