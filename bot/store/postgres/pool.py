"""A few connections to the server, each used by one piece of work at a time: none is waited for long."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic

import psycopg

from bot.store import lane
from bot.store.connection import Kind, Result, Work
from bot.store.errors import Cause, DatabaseBusy, DatabaseFailed, DatabaseInDoubt
from bot.store.postgres.failures import COLLIDED, TAKEN, UNSUPPORTED, cause_of, failure_of, told
from bot.store.postgres.session import Session

_PAUSE = 0.1
"""Seconds between the tries to reach a server that does not answer, as while it starts anew."""
_ASIDE = 0.02
"""Seconds at most that one of two transactions waits which collided."""


class Pool:
    """Connections that are made when they are needed, lost when the server goes, and made again.

    Work that has begun is brought to its end, even if whoever asked for it no longer waits, unless it is given up: then
    the server takes it back. Work that has not is dropped then.
    """

    def __init__(self, connect: Callable[[], Session], *, size: int, name: str) -> None:
        self._connect = connect
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._idle: list[Session] = []
        self._away_since: float | None = None

    def run(self, kind: Kind, work: Work[Result], *, patience: float | None = None) -> Coroutine[Any, Any, Result]:
        """Put the work into the queue; what is returned awaits its result once it is committed.

        That raises DatabaseBusy, and nothing is changed, if no connection is free, or the server does not answer or
        waits for a lock, for longer than the patience; DatabaseInDoubt if the answer to a commit is what did not come.
        """
        patience = lane.PATIENCE if patience is None else patience
        piece = _Piece(self, kind, work, time.monotonic(), patience)
        return self._outcome(self._submitted(piece), piece, patience + lane.SILENCE)

    @staticmethod
    async def _outcome(done: asyncio.Future[Result], piece: _Piece[Result], within: float) -> Result:
        try:
            async with asyncio.timeout(within):
                return await done
        except TimeoutError:
            if piece.give_up():
                raise DatabaseBusy("it does not answer", cause=Cause.AWAY if piece.begun else Cause.CROWDED) from None
            raise DatabaseInDoubt("it does not answer, and may have taken what was written") from None

    async def close(self) -> None:
        """Wait for the work under way, then close."""
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
        while self._idle:
            self._idle.pop().close()

    def _submitted(self, call: Callable[[], Result]) -> asyncio.Future[Result]:
        try:
            return asyncio.wrap_future(self._threads.submit(call))
        except RuntimeError:
            refused: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            refused.set_exception(DatabaseFailed("the database is closed"))
            return refused

    def take(self, *, asked: float, patience: float) -> Session:
        """Return a connection that is alive, in a thread; raise DatabaseBusy if none can be made in time."""
        while self._idle:
            # The one used last, so that what is not needed grows old and the server may end it.
            session = self._idle.pop()
            if not session.went_away():
                return session
            session.close()
        while True:
            try:
                session = self._connect()
            except psycopg.Error as problem:
                now = time.monotonic()
                self._away_since = self._away_since or now
                # Who comes when others have waited in vain hardly waits.
                until = max(min(asked, self._away_since) + patience, now if patience == 0 else asked + lane.BRIEF)
                if now + _PAUSE > until:
                    raise DatabaseBusy(told(problem), cause=cause_of(problem)) from None
                time.sleep(_PAUSE)
            else:
                self._away_since = None
                return session

    def put_back(self, session: Session) -> None:
        """Keep a connection for the next piece of work, if it is alive."""
        if session.lost:
            session.close()
        else:
            session.is_new = False
            self._idle.append(session)


class _GivenUp(Exception):
    """Nobody waits for it any more."""


class _Piece(Generic[Result]):
    """One transaction, as it waits in the queue of a pool."""

    def __init__(self, pool: Pool, kind: Kind, work: Work[Result], asked: float, patience: float) -> None:
        self._pool = pool
        self._kind = kind
        self._work = work
        self._asked = asked
        self._patience = patience
        self.begun = False
        """Whether it waits no longer for those before it."""
        self._given_up = False
        self._on_its_way = False
        self._session: Session | None = None
        self._one_of_these = threading.Lock()

    def give_up(self) -> bool:
        """Take it back; False if that is too late, as the server has been told to keep it."""
        with self._one_of_these:
            self._given_up = not self._on_its_way
            if self._session is not None:
                self._session.hang_up()
            return self._given_up

    def __call__(self) -> Result:
        taken_once, self.begun = False, True
        while True:
            if self._given_up:
                raise DatabaseBusy("nobody waits for it any more")
            session = self._pool.take(asked=self._asked, patience=self._patience)
            try:
                return self._done_on(session)
            except _GivenUp:
                raise DatabaseBusy("nobody waits for it any more") from None
            except psycopg.Error as problem:
                if cause_of(problem) is Cause.READ_ONLY:
                    session.close()  # the address may lead to another server by the next time
                again = session.lost if problem.sqlstate is None else problem.sqlstate in COLLIDED
                if problem.sqlstate == UNSUPPORTED:
                    again = not session.is_new
                if problem.sqlstate == TAKEN and not taken_once:
                    again = taken_once = True
                if not again or time.monotonic() > self._asked + self._patience:
                    raise failure_of(problem) from None
                time.sleep(random.uniform(0, _ASIDE))  # noqa: S311 - nothing is to be secret of it
            finally:
                with self._one_of_these:
                    self._session = None
                session.roll_back()
                self._pool.put_back(session)

    def _done_on(self, session: Session) -> Result:
        with self._one_of_these:
            self._session = session
        session.begin(self._kind)
        if self._kind is Kind.NOTE:
            self._set_out()
        try:
            result = self._work(session)
            if self._kind is Kind.WRITE:
                self._set_out()
            session.commit(self._kind)
        except psycopg.Error as problem:
            if self._on_its_way and session.lost:
                raise DatabaseInDoubt(f"it may have taken what was written: {told(problem)}") from None
            self._on_its_way = False
            raise
        return result

    def _set_out(self) -> None:
        with self._one_of_these:
            if self._given_up:
                raise _GivenUp
            self._on_its_way = True
