"""The open database: reading and writing a transaction at a time, and closing it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

from bot.observer import Observer
from bot.store.address import NEEDS_EXTRA, file_of, is_postgres
from bot.store.connecting import connect, connect_reader, empty_log
from bot.store.connection import Connection, Given, Kind, Result, Transactions, Work
from bot.store.erasure import Erasure
from bot.store.errors import DatabaseFailed, DatabaseInDoubt, DatabaseUnusable, StoreError
from bot.store.files import make_private_file
from bot.store.lane import Lane
from bot.store.timed import Timed

log = logging.getLogger(__name__)
LATER = (1.0, 6.0, 12.0, 30.0)
"""Seconds between the tries to write what nobody waits for, while another program holds the database."""


async def _nothing_to_empty() -> bool:
    return True


class Database:
    """The open database: what writes, and what reads meanwhile, each in threads of its own.

    What is awaited raises DatabaseFailed when the database does, within a few seconds. What was written is seen by
    every reading that begins after it. `empty_log` makes sure of an erasure, where that takes more than a deletion.
    `on_server` says that it is PostgreSQL, where who reads a row may change it too without waiting for others.
    """

    def __init__(
        self,
        writer: Transactions,
        reader: Transactions | None = None,
        *,
        empty_log: Callable[[], Awaitable[bool]] = _nothing_to_empty,
        on_server: bool = False,
    ) -> None:
        self.on_server = on_server
        self._writer = writer
        self._reader = self._writer if reader is None else reader
        self._later: set[asyncio.Task[None]] = set()
        self._naps: set[asyncio.Task[None]] = set()
        self._closing = False
        self._erasure = Erasure(empty_log)

    async def read(self, work: Work[Result]) -> Result:
        """Return what the work reads, all of it as of one moment."""
        self._erasure.remind()
        return await self._reader.run(Kind.READ, work)

    async def row(self, statement: str, values: Given = ()) -> Any:
        """Return the first row that one statement finds, or None."""
        self._erasure.remind()
        return await self._reader.run(Kind.LOOK, lambda connection: connection.execute(statement, values).fetchone())

    async def rows(self, statement: str, values: Given = ()) -> list[Any]:
        """Return all rows that one statement finds."""
        self._erasure.remind()
        return await self._reader.run(Kind.LOOK, lambda connection: connection.execute(statement, values).fetchall())

    async def write(self, work: Work[Result], *, patience: float | None = None) -> Result:
        """Return what the work returns once all its changes are on the disk; none of them is made if it raises."""
        self._erasure.remind()
        return await self._writer.run(Kind.WRITE, work, patience=patience)

    def write_later(self, statement: str, values: Given = ()) -> None:
        """Have one statement done without waiting, as soon as nobody is in the way.

        Where another program is, it is tried again later, and holds nobody up. A failure is logged.
        """

        def one(connection: Connection) -> None:
            cursor = connection.execute(statement, values)
            if cursor.description:
                cursor.fetchall()  # one that returns rows ends with the last of them

        def noted() -> Coroutine[Any, Any, object]:
            return self._writer.run(Kind.NOTE, one, patience=0)

        task = asyncio.create_task(self._written_later(noted(), noted), name="written later")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _written_later(self, trying: Awaitable[object], noted: Callable[[], Awaitable[object]]) -> None:
        for pause in (*LATER, None):
            try:
                await trying
            except DatabaseFailed as problem:
                if pause is None or self._closing or not _passes(problem):
                    log.warning("The database did not take what nobody waits for: %s", problem)
                    return
                await self._nap(pause)
                trying = noted()
            else:
                return

    async def _nap(self, seconds: float) -> None:
        """Sleep for so many seconds, or until the database is about to be closed."""
        nap = asyncio.create_task(asyncio.sleep(seconds))
        self._naps.add(nap)
        nap.add_done_callback(self._naps.discard)
        await asyncio.wait([nap])

    async def erase(self) -> bool:
        """Leave no copy of what is deleted in the log beside the file, where there is one.

        False if another reader is in the way: then it is done as soon as that lets go, in the background.
        """
        return await self._erasure.now()

    def erase_soon(self) -> None:
        """Leave no copy of what is deleted in the log beside the file, in the background."""
        self._erasure.soon()

    def tell(self, observer: Observer) -> None:
        """Tell from now on how long each transaction takes."""
        alone = self._reader is self._writer
        self._writer = Timed(self._writer, observer)
        self._reader = self._writer if alone else Timed(self._reader, observer)

    async def close(self) -> None:
        """Wait for the work under way, then close."""
        await self._erasure.stop()
        self._closing = True
        for nap in self._naps:
            nap.cancel()
        if self._later:
            await asyncio.wait(self._later)
        try:
            if self._reader is not self._writer:
                await self._reader.close()
        finally:
            # Of SQLite's, the last one to close empties the log.
            await self._writer.close()


async def open_database(url: str, *, migrate: bool = True) -> Database:
    """Return a database with the current schema.

    Of SQLite's, makes the folder (0700) and the file (0600) where they are missing; without `migrate` nothing is made
    or changed. Raises StoreError with one line that names what is wrong: an unusable URL or folder, or a schema from a
    newer version of the bot; DatabaseFailed for a server that does not answer now.
    """
    if is_postgres(url):
        pools = await _postgres().open_pools(url, migrate=migrate)
        return Database(pools.writing, pools.reading, on_server=True)
    path = file_of(url)
    if path is None:
        log.warning("DATABASE_URL names a database in memory: every link is lost when the bot ends")
    elif migrate:
        make_private_file(path)
    writer = await _lane("database", lambda: connect(path, migrate=migrate))
    if path is None or not migrate:
        return Database(writer, empty_log=lambda: writer.call(empty_log))
    try:
        reader = await _lane("database reader", lambda: connect_reader(path))
    except StoreError:
        await writer.close()
        raise
    database = Database(writer, reader, empty_log=lambda: writer.call(empty_log))
    # A crash, or another reader at the end of the last run, leaves a log that may hold what was deleted.
    database.erase_soon()
    return database


async def look_at_server(url: str) -> str:
    """Return in a few words which PostgreSQL server a URL names, and how it is reached; nothing is made or changed.

    Raises StoreError for what must be put right first, DatabaseFailed for a server that does not answer now.
    """
    words: str = await _postgres().look_at(url)
    return words


def look_at_address(url: str) -> None:
    """Raise StoreError for an address of a PostgreSQL server that cannot be understood; nothing is connected to."""
    _postgres().place_of(url)


def _postgres() -> ModuleType:
    """Return what opens a PostgreSQL server's: what that needs is there only with an extra, and imported only here."""
    try:
        from bot.store.postgres import opening  # noqa: PLC0415
    except ImportError:
        raise StoreError(NEEDS_EXTRA) from None
    return opening


def _passes(problem: DatabaseFailed) -> bool:
    """Tell whether it makes sense to try again what nobody waits for, and what may not be done twice."""
    return isinstance(problem, DatabaseUnusable) and not isinstance(problem, DatabaseInDoubt)


async def _lane(name: str, connect_it: Callable[[], sqlite3.Connection]) -> Lane:
    thread = ThreadPoolExecutor(1, thread_name_prefix=name)
    try:
        return Lane(await asyncio.wrap_future(thread.submit(connect_it)), thread)
    except (sqlite3.Error, OSError) as problem:
        thread.shutdown()
        raise StoreError(f"the database cannot be opened: {_reason(problem)}") from None
    except StoreError:
        thread.shutdown()
        raise


def _reason(problem: BaseException) -> str:
    return str(problem).splitlines()[0]
