"""Opening the database, working with it a transaction at a time, and closing it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from bot.store.address import file_of
from bot.store.errors import DatabaseFailed, StoreError
from bot.store.files import make_private_file
from bot.store.migrations import HEAD

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]
"""What is done within one transaction, in the database's own thread."""
BUSY = 5.0
"""Seconds to wait for another process that is writing, as `rotate-key` beside the bot."""


class Database:
    """A SQLite database with one connection in a thread of its own: one piece of work at a time, each a transaction.

    Work that has begun is brought to its end, even if whoever asked for it no longer waits: none stays half done. Work
    that has not is dropped then. What is awaited raises DatabaseFailed when SQLite does.
    """

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread
        self._later: set[asyncio.Task[None]] = set()

    async def read(self, work: Work[Result]) -> Result:
        """Return what the work reads, all of it as of one moment."""
        return await self._run("BEGIN", work)

    async def write(self, work: Work[Result]) -> Result:
        """Return what the work returns once all its changes are on the disk; none of them is made if it raises."""
        return await self._run("BEGIN IMMEDIATE", work)

    def write_later(self, work: Work[object]) -> None:
        """Have the work done before anything that is asked for from now on, without waiting; a failure is logged."""
        done = self._submitted(lambda: self._transaction("BEGIN IMMEDIATE", work))
        task = asyncio.create_task(_log_failure(done), name="written later")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def empty_log(self) -> None:
        """Move everything from the write-ahead log into the file itself, and empty the log."""
        await self._in_thread(lambda: self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    async def close(self) -> None:
        """Wait for the work under way, then close."""
        try:
            await self._in_thread(self._connection.close)
        finally:
            self._thread.shutdown()

    async def _run(self, begin: str, work: Work[Result]) -> Result:
        return await self._in_thread(lambda: self._transaction(begin, work))

    def _transaction(self, begin: str, work: Work[Result]) -> Result:
        self._connection.execute(begin)
        with self._connection:  # commits, or rolls back what raises
            return work(self._connection)

    async def _in_thread(self, call: Callable[[], Result]) -> Result:
        try:
            return await self._submitted(call)
        except sqlite3.Error as problem:
            raise DatabaseFailed(str(problem)) from problem

    def _submitted(self, call: Callable[[], Result]) -> asyncio.Future[Result]:
        """Return the outcome of a call that is now in the thread's queue; a closed database fails as SQLite would."""
        try:
            return asyncio.wrap_future(self._thread.submit(call))
        except RuntimeError:
            refused: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            refused.set_exception(sqlite3.ProgrammingError("the database is closed"))
            return refused


async def _log_failure(done: Awaitable[object]) -> None:
    try:
        await done
    except sqlite3.Error as problem:
        log.warning("The database did not take what nobody waits for: %s", problem)


async def open_database(url: str, *, migrate: bool = True) -> Database:
    """Return a database with the current schema.

    Makes the folder (0700) and the file (0600) where they are missing; without `migrate` nothing is made or changed.
    Raises StoreError with one line that names what is wrong: an unusable URL or folder, or a schema from a newer
    version of the bot.
    """
    path = file_of(url)
    if path is None:
        log.warning("DATABASE_URL names a database in memory: every link is lost when the bot ends")
    elif migrate:
        make_private_file(path)
    thread = ThreadPoolExecutor(1, thread_name_prefix="database")
    try:
        connection = await asyncio.wrap_future(thread.submit(_open, path, migrate))
    except (sqlite3.Error, OSError) as problem:
        thread.shutdown()
        raise StoreError(f"the database cannot be opened: {_reason(problem)}") from None
    except StoreError:
        thread.shutdown()
        raise
    return Database(connection, thread)


def _open(path: Path | None, migrate: bool) -> sqlite3.Connection:
    """Return a connection on which transactions are begun by hand, so that none begins late or by itself."""
    with ExitStack() as if_refused:
        name = ":memory:" if path is None else str(path) if migrate else _as_it_is(path)
        connection = sqlite3.connect(name, timeout=BUSY, isolation_level=None, uri=not migrate)
        if_refused.callback(connection.close)
        connection.row_factory = sqlite3.Row
        if migrate:
            _configure(connection)
            _bring_up_to_date(connection)
        else:
            _check_revision(connection)
        if_refused.pop_all()
    return connection


def _as_it_is(path: Path) -> str:
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
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall():
        return None
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = None if found is None else str(found[0])
    if revision is not None and revision > HEAD:
        raise StoreError(
            f"the database has schema {revision}, newer than this version's {HEAD}: "
            "update the bot, or restore the backup made before the update"
        )
    return revision


def _reason(problem: BaseException) -> str:
    return str(problem).splitlines()[0]
