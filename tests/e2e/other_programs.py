"""Other programs at the bot's own database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.security.evidence import database_file
from tests.stage import Stage


@contextmanager
def written_by_another(stage: Stage) -> Iterator[None]:
    """Hold the database as a program does that writes for a long time."""
    with closing(sqlite3.connect(database_file(stage), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def read_by_another(stage: Stage) -> Iterator[sqlite3.Connection]:
    """Hold the database as a program does that reads for a long time, as a backup."""
    with closing(sqlite3.connect(database_file(stage), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM links").fetchone()
        yield other
