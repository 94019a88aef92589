"""Opening connections to the database: with the current schema, and set so that what is deleted is overwritten."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import ExitStack
from pathlib import Path

from bot.store.contents import refuse_newer, revision_of
from bot.store.migrations import HEAD

log = logging.getLogger(__name__)
BUSY = 5.0
"""Seconds to wait for another process while opening, as for one that brings the schema up to date."""


def connect(path: Path | None, *, migrate: bool) -> sqlite3.Connection:
    """Return a connection on which transactions are begun by hand, so that none begins late or by itself.

    None opens a database in memory. Without `migrate` nothing is made or changed. Raises StoreError for a schema that
    is newer than this version of the bot.
    """
    name = ":memory:" if path is None else str(path) if migrate else as_it_is(path)
    with ExitStack() as if_refused:
        connection = sqlite3.connect(name, timeout=BUSY, isolation_level=None, uri=not migrate)
        if_refused.callback(connection.close)
        connection.row_factory = sqlite3.Row
        if migrate:
            _configure(connection)
            _bring_up_to_date(connection)
            # Whoever works with it decides for each transaction how long it may wait.
            connection.execute("PRAGMA busy_timeout = 0")
        else:
            _check_revision(connection)
        if_refused.pop_all()
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Return a second connection that only reads, which a writer does not hold up."""
    connection = sqlite3.connect(str(path), timeout=1.0, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA query_only = ON")
    return connection


def empty_log(connection: sqlite3.Connection) -> bool:
    """Move everything from the write-ahead log into the file and empty the log; False while somebody still reads it."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def as_it_is(path: Path) -> str:
    """Return the URI that opens a file without changing it or what lies beside it, be the bot running or not."""
    # Without a log beside it nobody is writing; told so, SQLite makes no files of its own.
    log_beside = path.with_name(f"{path.name}-wal").exists()
    return f"{path.as_uri()}?mode=ro{'' if log_beside else '&immutable=1'}"


def _configure(connection: sqlite3.Connection) -> None:
    # synchronous FULL: what was confirmed survives a power cut, and a key is dropped after the rows that needed it.
    # secure_delete: what is deleted is overwritten, for /unlink promises that it is gone.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    revision = _check_revision(connection)
    if revision == HEAD:
        return
    # Alembic and SQLAlchemy under it are slow to import, take 20 MB, and are needed only here.
    from bot.store.upgrade import upgrade  # noqa: PLC0415

    upgrade(connection)
    log.info("Database schema: %s, was %s", HEAD, revision or "empty")


def _check_revision(connection: sqlite3.Connection) -> str | None:
    """Return the schema's revision, None for an empty database; raise StoreError if it is newer than this code."""
    return refuse_newer(revision_of(connection))
