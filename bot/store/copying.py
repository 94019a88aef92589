"""Copying a database with SQLite's own backup, which takes all of it as of one moment while others write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.store.connecting import BUSY, as_it_is
from bot.store.contents import Contents, contents_of
from bot.store.errors import DatabaseBusy, DatabaseUnusable, StoreError
from bot.store.files import look_at_file
from bot.store.unfinished import appear, unfinished_in


def write_backup(database: Path, target: Path) -> Contents:
    """Write a copy of the database (0600) to a file that is not there yet, whole or not at all; return what is in it.

    Raises StoreError for what must be put right first, DatabaseFailed for what may pass.
    """
    _refuse_taken(target)
    if not database.exists():
        raise StoreError(f"there is no database {database} to back up")
    look_at_file(database)
    if not target.parent.is_dir():
        raise StoreError(f"there is no folder {target.parent} for the backup")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise StoreError(f"this user may not write to the folder {target.parent}")
    with failing_in_a_line(f"the backup {target} could not be written"), unfinished_in(target.parent) as place:
        fresh = place / "backup.db"
        contents = copied(database, fresh, called=f"the database {database}")
        try:
            appear(fresh, target)
        except FileExistsError:
            _refuse_taken(target)
            raise
    return contents


def copied(source: Path, fresh: Path, *, called: str, in_use: bool = True) -> Contents:
    """Copy a database, what is in the log beside it included, to one new file; return what is in the copy.

    One that is not in use is not changed in the least. Raises StoreError, which calls the source so, if what was copied
    is damaged or not this bot's.
    """
    # Made before SQLite opens it, so that it is never readable to others.
    os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    # Where a bot may start meanwhile, all take part in the locking.
    uri = f"{source.as_uri()}?mode=rw" if in_use else as_it_is(source)
    with closing(sqlite3.connect(uri, timeout=BUSY, isolation_level=None, uri=True)) as reading:
        try:
            reading.execute("BEGIN")
            # It is the first look that takes hold of the moment, and waits if somebody is in the way.
            reading.execute("SELECT 1 FROM sqlite_master").fetchall()
        except sqlite3.DatabaseError:
            contents_of(reading, called)  # says what is wrong, if it is the file
            raise
        with closing(sqlite3.connect(fresh, isolation_level=None)) as writing:
            reading.backup(writing)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
        # One file without a log, which can be read where nothing can be written.
        copy.execute("PRAGMA journal_mode = DELETE")
        return contents_of(copy, called)


@contextmanager
def failing_in_a_line(what: str) -> Iterator[None]:
    """Raise DatabaseFailed with one line, which begins with what was not done, for what SQLite or the disk refuses."""
    try:
        yield
    except sqlite3.Error as problem:
        busy = getattr(problem, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
        raise (DatabaseBusy if busy else DatabaseUnusable)(f"{what}: {problem}") from None
    except OSError as problem:
        raise DatabaseUnusable(f"{what}: {problem.strerror}") from None


def _refuse_taken(target: Path) -> None:
    if os.path.lexists(target):
        raise StoreError(f"{target} exists already, and a backup overwrites nothing: name another file")
