"""A connection to SQLite in a thread of its own: one transaction at a time, and none is waited for long."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic

from bot.store.connection import Kind, Result, Work
from bot.store.errors import Cause, DatabaseBusy, DatabaseFailed, DatabaseInDoubt, DatabaseUnusable

PATIENCE = 3.0
"""Seconds to wait for another program that is writing, as `rotate-key` does, from when it was first in the way."""
BRIEF = 0.2
"""Seconds to wait for it at least, by those who come when others have waited in vain already."""
SILENCE = 1.0
"""Seconds after that for a disk that does not answer; what is under way then is taken back, if it can be."""
_BEGIN = {Kind.LOOK: "BEGIN", Kind.READ: "BEGIN", Kind.NOTE: "BEGIN IMMEDIATE", Kind.WRITE: "BEGIN IMMEDIATE"}
_PRIMARY = 0xFF
_OUTSIDE = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM),
    *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB),
}
_CAUSES = {
    sqlite3.SQLITE_FULL: Cause.FULL,
    sqlite3.SQLITE_READONLY: Cause.REFUSED,
    sqlite3.SQLITE_CANTOPEN: Cause.REFUSED,
    sqlite3.SQLITE_PERM: Cause.REFUSED,
}


class Lane:
    """One connection, on which transactions are begun by hand; by itself it waits for no lock.

    Work that has begun is brought to its end, even if whoever asked for it no longer waits: none stays half done. Work
    that has not is dropped then.
    """

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread
        self._blocked: _Blockade | None = None

    def run(self, kind: Kind, work: Work[Result], *, patience: float | None = None) -> Coroutine[Any, Any, Result]:
        """Put the work into the queue; what is returned awaits its result once it is committed.

        That raises DatabaseFailed if SQLite fails. It raises DatabaseBusy, and nothing is changed, if another program
        holds the database for longer than the patience, PATIENCE if none is given. Who comes after that hardly waits
        until it lets go. It raises DatabaseInDoubt if the disk hangs at the commit, which cannot be taken back.
        """
        patience = PATIENCE if patience is None else patience
        piece = _Piece(self, _BEGIN[kind], work, time.monotonic(), patience)
        return self._outcome(self._submitted(piece), piece, patience + SILENCE)

    @staticmethod
    async def _outcome(done: asyncio.Future[Result], piece: _Piece[Result], within: float) -> Result:
        try:
            async with asyncio.timeout(within):
                return await done
        except TimeoutError:
            if piece.give_up():
                raise DatabaseBusy("it does not answer", cause=Cause.AWAY) from None
            raise DatabaseInDoubt("it does not answer, and may have taken what was written") from None
        except sqlite3.Error as problem:
            raise _failure(problem) from problem

    async def call(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what a call outside any transaction returns; raise DatabaseFailed if SQLite does."""
        try:
            return await self._submitted(lambda: work(self._connection))
        except sqlite3.Error as problem:
            raise _failure(problem) from problem

    async def close(self) -> None:
        """Wait for the work under way, then close."""
        try:
            await self.call(sqlite3.Connection.close)
        finally:
            self._thread.shutdown()

    def _submitted(self, call: Callable[[], Result]) -> asyncio.Future[Result]:
        """Return the outcome of a call that is now in the thread's queue; a closed lane fails as SQLite would."""
        try:
            return asyncio.wrap_future(self._thread.submit(call))
        except RuntimeError:
            refused: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            refused.set_exception(sqlite3.ProgrammingError("the database is closed"))
            return refused

    def begin(self, statement: str, *, asked: float, patience: float) -> sqlite3.Connection:
        """Begin a transaction, in the thread, and return the connection; wait for the lock if somebody holds it."""
        try:
            self._connection.execute(statement)
        except sqlite3.OperationalError as problem:
            if _code(problem) != sqlite3.SQLITE_BUSY:
                raise
            now = time.monotonic()
            if self._blocked is None or now - self._blocked.last_seen > PATIENCE:
                self._blocked = _Blockade(now, now)
            self._blocked.last_seen = now
            self._begin_before(max(min(asked, self._blocked.since) + patience, now + min(BRIEF, patience)), statement)
        self._blocked = None
        return self._connection

    def _begin_before(self, until: float, statement: str) -> None:
        left = max(0, int((until - time.monotonic()) * 1000))
        self._connection.execute(f"PRAGMA busy_timeout = {left}")
        try:
            self._connection.execute(statement)
        finally:
            self._connection.execute("PRAGMA busy_timeout = 0")
            if self._blocked is not None:
                self._blocked.last_seen = time.monotonic()


@dataclass(slots=True)
class _Blockade:
    """Another program holds the database: since when, and when that was seen last."""

    since: float
    last_seen: float


class _Piece(Generic[Result]):
    """One transaction, as it waits in the queue of a lane."""

    def __init__(self, lane: Lane, begin: str, work: Work[Result], asked: float, patience: float) -> None:
        self._lane = lane
        self._begin = begin
        self._work = work
        self._asked = asked
        self._patience = patience
        self._given_up = False
        self._on_its_way = False
        self._one_of_these = threading.Lock()

    def give_up(self) -> bool:
        """Take it back; False if that is too late, as it is on its way to the disk."""
        with self._one_of_these:
            self._given_up = not self._on_its_way
            return self._given_up

    def __call__(self) -> Result:
        connection = self._lane.begin(self._begin, asked=self._asked, patience=self._patience)
        with connection:  # commits, or rolls back what raises
            result = self._work(connection)
            with self._one_of_these:
                if self._given_up:
                    raise sqlite3.OperationalError("nobody waits for it any more")
                self._on_its_way = True
            return result


def _failure(problem: sqlite3.Error) -> DatabaseFailed:
    code = _code(problem)
    if code == sqlite3.SQLITE_BUSY:
        return DatabaseBusy(str(problem), cause=Cause.HELD)
    cause = _CAUSES.get(code, Cause.OTHER) if code is not None else Cause.OTHER
    return (DatabaseUnusable if code in _OUTSIDE else DatabaseFailed)(str(problem), cause=cause)


def _code(problem: sqlite3.Error) -> int | None:
    """Return SQLite's primary code; None for what Python's module refuses by itself."""
    code = getattr(problem, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY
