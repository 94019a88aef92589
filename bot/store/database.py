"""The open database: reading and writing a transaction at a time, and closing it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from bot.store.address import file_of
from bot.store.connecting import connect, connect_reader, empty_log
from bot.store.erasure import Erasure
from bot.store.errors import DatabaseBusy, DatabaseFailed, StoreError
from bot.store.files import make_private_file
from bot.store.lane import Lane, Result, Work

log = logging.getLogger(__name__)
LATER = (1.0, 6.0, 12.0, 30.0)
"""Seconds between the tries to write what nobody waits for, while another program holds the database."""


class Database:
    """A SQLite database: one connection that writes, and one that reads meanwhile, each in a thread of its own.

    What is awaited raises DatabaseFailed when SQLite does, within a few seconds. What was written is seen by every
    reading that begins after it.
    """

    def __init__(self, writer: Lane, reader: Lane | None = None) -> None:
        self._writer = writer
        self._reader = writer if reader is None else reader
        self._later: set[asyncio.Task[None]] = set()
        self._naps: set[asyncio.Task[None]] = set()
        self._closing = False
        self._erasure = Erasure(lambda: writer.call(empty_log))

    async def read(self, work: Work[Result]) -> Result:
        """Return what the work reads, all of it as of one moment."""
        self._erasure.remind()
        return await self._reader.run("BEGIN", work)

    async def write(self, work: Work[Result], *, patience: float | None = None) -> Result:
        """Return what the work returns once all its changes are on the disk; none of them is made if it raises."""
        self._erasure.remind()
        return await self._writer.run("BEGIN IMMEDIATE", work, patience=patience)

    def write_later(self, work: Work[object]) -> None:
        """Have the work done without waiting, before what is written from now on if nobody is in the way.

        Where another program is, it is tried again later, and holds nobody up. A failure is logged.
        """
        first = self._writer.run("BEGIN IMMEDIATE", work, patience=0)
        task = asyncio.create_task(self._written_later(first, work), name="written later")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _written_later(self, trying: Awaitable[object], work: Work[object]) -> None:
        for pause in (*LATER, None):
            try:
                await trying
            except DatabaseFailed as problem:
                if pause is None or self._closing or not isinstance(problem, DatabaseBusy):
                    log.warning("The database did not take what nobody waits for: %s", problem)
                    return
                await self._nap(pause)
                trying = self.write(work, patience=0)
            else:
                return

    async def _nap(self, seconds: float) -> None:
        """Sleep for so many seconds, or until the database is about to be closed."""
        nap = asyncio.create_task(asyncio.sleep(seconds))
        self._naps.add(nap)
        nap.add_done_callback(self._naps.discard)
        await asyncio.wait([nap])

    async def erase(self) -> bool:
        """Leave no copy of what is deleted in the log beside the file.

        False if another reader is in the way: then it is done as soon as that lets go, in the background.
        """
        return await self._erasure.now()

    def erase_soon(self) -> None:
        """Leave no copy of what is deleted in the log beside the file, in the background."""
        self._erasure.soon()

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
            # The last one to close empties the log.
            await self._writer.close()


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
    writer = await _lane("database", lambda: connect(path, migrate=migrate))
    if path is None or not migrate:
        return Database(writer)
    try:
        reader = await _lane("database reader", lambda: connect_reader(path))
    except StoreError:
        await writer.close()
        raise
    database = Database(writer, reader)
    # A crash, or another reader at the end of the last run, leaves a log that may hold what was deleted.
    database.erase_soon()
    return database


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
