"""Putting a backup in the place of the database, which is kept aside; the bot must not be running."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot.store.contents import Contents
from bot.store.copying import copied, failing_in_a_line
from bot.store.errors import DatabaseBusy, StoreError
from bot.store.memory import LAST_SYNC
from bot.store.migrations import HEAD
from bot.store.unfinished import take_the_place_of, unfinished_in

_LOGS = ("-wal", "-journal")
_FORGET_SYNC = "DELETE FROM settings WHERE name = ?"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place, and where that is which was there before; None if that was nothing."""

    contents: Contents
    kept: Path | None


def restore_backup(backup: Path, database: Path) -> Restored:
    """Put a copy of the backup in the place of the database in one step; what was there is kept beside it.

    Whoever calls this has made sure that no bot runs on the database. Raises StoreError if the file is not a whole
    backup with a schema of this version or an earlier one, DatabaseFailed for what may pass; nothing is changed then.
    """
    database = database.resolve()
    owner = (database if database.stat().st_size else database.parent).stat()
    with failing_in_a_line("nothing was restored"), unfinished_in(database.parent) as place:
        fresh = place / database.name
        contents = copied(backup, fresh, called=str(backup), in_use=False)
        if contents.schema > HEAD:
            raise StoreError(
                f"{backup} has schema {contents.schema}, newer than this version's {HEAD}: update the bot first"
            )
        _make_ready(fresh)
        if os.geteuid() == 0:
            # Run by root, it is the bot's all the same.
            os.chown(fresh, owner.st_uid, owner.st_gid)
        with _alone_on(database) as whole:
            kept = _kept_aside(database, whole=whole)
            take_the_place_of(fresh, database)
    return Restored(contents, kept)


def _make_ready(fresh: Path) -> None:
    """Have the bot tell Discord its commands anew: those of the backup's day may have other ids by now."""
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(_FORGET_SYNC, (LAST_SYNC,))


@contextmanager
def _alone_on(database: Path) -> Iterator[bool]:
    """Keep every other program out of the database for the block, with all of its log moved into the file.

    Yield False for a file that SQLite cannot use, which is then left as it is. Raises DatabaseBusy if another program
    has it open.
    """
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        try:
            # This needs everybody else out, and brings what is in the log into the file. A log left beside the file
            # would be taken for that of the one that takes its place.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as problem:
            if getattr(problem, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise DatabaseBusy(
                    f"nothing was restored: another program has {database} open; try again when it has ended"
                ) from None
            whole = False
        else:
            whole = True
        yield whole


def _kept_aside(database: Path, *, whole: bool) -> Path | None:
    """Give the present database a second name, with its log if that could not be moved into it; return that name."""
    logs = [] if whole else [name for name in _LOGS if database.with_name(database.name + name).exists()]
    kept = None
    if logs or database.stat().st_size:
        kept = _free_name(database)
        for ending in ("", *logs):
            os.link(database.with_name(database.name + ending), kept.with_name(kept.name + ending))
    for ending in (*logs, "-shm"):
        with suppress(FileNotFoundError):
            database.with_name(database.name + ending).unlink()
    return kept


def _free_name(database: Path) -> Path:
    stem = f"{database.name}.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = (database.with_name(stem if number == 1 else f"{stem}-{number}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))
