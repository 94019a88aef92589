"""A connection of its own for short statements that belong together, each a transaction by itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor

from bot.observer import UNOBSERVED, Observer
from bot.store.errors import Cause, DatabaseBusy, DatabaseFailed
from bot.store.postgres.address import dsn_of
from bot.store.postgres.failures import failure_of
from bot.store.postgres.hangingup import hung_up_on
from bot.store.postgres.staying import set_up

log = logging.getLogger(__name__)
ANSWERS = 3.0
"""Seconds in which a statement is answered; then the connection counts as lost. One that is made may take longer."""
# What is asked here is of the moment: a crash of the server takes it along, and nothing that was confirmed to anybody.
# Locks are held, and news waited for, on connections on which nothing may be asked for long. Who is paused in mid-
# transaction, as with its whole machine, holds up no other that joins.
_SET_UP = set_up("""
    ('synchronous_commit', 'off'), ('lock_timeout', '2000'), ('idle_session_timeout', '0'),
    ('idle_in_transaction_session_timeout', '5000'), ('default_transaction_isolation', 'read committed')
""")
Row = tuple[Any, ...]
Asked = Callable[[AsyncConnection[Row]], Awaitable[list[Row]]]


class Line:
    """One statement after the other on one connection, which is made anew where it was lost.

    What is asked is asked to its end even if whoever asked no longer waits: the connection stays of use to others.
    """

    def __init__(self, url: str, *, when_new: Asked | None = None, observer: Observer = UNOBSERVED) -> None:
        self._url = url
        self._observer = observer
        self._when_new = when_new
        self._connection: AsyncConnection[Row] | None = None
        self._connecting: asyncio.Task[AsyncConnection[Row]] | None = None
        self._free = asyncio.Lock()
        self._asking: set[asyncio.Task[list[Row]]] = set()

    async def ask(self, statement: str, values: Sequence[Any] = (), *, again: bool = False) -> list[Row]:
        """Return the rows of a statement; raise DatabaseFailed.

        With `again` it is asked a second time where the connection was lost: for what may be done twice.
        """
        began = time.perf_counter()
        task = asyncio.create_task(self._asked(statement, values, again=again))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        task.add_done_callback(_told)
        try:
            return await asyncio.shield(task)
        finally:
            self._observer.database("shared", time.perf_counter() - began)

    async def quietly(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Ask for what nobody waits for, and may be done twice; never raises."""
        try:
            await self.ask(statement, values, again=True)
        except DatabaseFailed as problem:
            log.warning("The database did not take what nobody waits for: %s", problem)

    async def connect(self) -> None:
        """Make the connection, however many hosts are tried for it; raise DatabaseFailed."""
        try:
            await self._connected()
        except (psycopg.Error, OSError) as problem:
            raise _failure(problem) from None

    async def close(self) -> None:
        """Wait for what is asked, then close."""
        if self._asking:
            await asyncio.wait(self._asking)
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        await self._drop()

    async def _asked(self, statement: str, values: Sequence[Any], *, again: bool) -> list[Row]:
        async with self._free:
            for last in (False, True):
                used = self._connection is not None
                until = soon()
                try:
                    async with asyncio.timeout_at(until):
                        connection = await self._connected()
                    with hung_up_on(connection, at=until):
                        return await fetched(connection, statement, values)
                except TimeoutError as problem:
                    await self._drop()
                    raise _failure(problem) from None
                except (psycopg.Error, OSError) as problem:
                    lost = not isinstance(problem, psycopg.Error) or problem.sqlstate is None or self.is_lost
                    failure = _failure(problem)
                    # Where this server takes no writes, the address may lead to one that does by the next time.
                    if lost or failure.cause is Cause.READ_ONLY:
                        await self._drop()
                    # A connection that the server has ended long since is noticed only when it is used.
                    if last or not (lost and used and again):
                        raise failure from None
        raise AssertionError("unreachable")

    @property
    def is_lost(self) -> bool:
        """Whether there is no connection now."""
        return self._connection is None or self._connection.closed

    async def _connected(self) -> AsyncConnection[Row]:
        """Return the connection, made anew where it is lost, and to its end though nobody may wait for it so long.

        Where the first of several hosts says nothing, the next is tried only seconds later.
        """
        if self._connection is not None and not self._connection.closed:
            return self._connection
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._made())
            self._connecting.add_done_callback(_told)
        return await asyncio.shield(self._connecting)

    async def _made(self) -> AsyncConnection[Row]:
        async with AsyncExitStack() as failing:
            connection = await new_connection(self._url)
            failing.push_async_callback(connection.close)
            if self._when_new is not None:
                with hung_up_on(connection, at=soon()):
                    await self._when_new(connection)
            failing.pop_all()
        self._connection = connection
        return connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


async def new_connection(url: str) -> AsyncConnection[Row]:
    """Return a connection on which each statement is a transaction by itself."""
    async with AsyncExitStack() as failing:
        connection = await AsyncConnection.connect(dsn_of(url), autocommit=True, cursor_factory=AsyncRawCursor)
        failing.push_async_callback(connection.close)
        with hung_up_on(connection, at=soon()):
            await fetched(connection, _SET_UP)
        failing.pop_all()
    return connection


def soon() -> float:
    """Return when, of the loop's time, what is asked now is to be answered."""
    return asyncio.get_running_loop().time() + ANSWERS


async def fetched(connection: AsyncConnection[Row], statement: str, values: Sequence[Any] = ()) -> list[Row]:
    """Return the rows of a statement, none for one that returns no rows."""
    cursor = await connection.execute(statement.encode(), list(values))
    return await cursor.fetchall() if cursor.description else []


async def something_comes(descriptor: int, *, within: float) -> bool:
    """Wait until there is something to read, and return whether there is within so many seconds.

    psycopg's own waiting looks ten times a second, in each process and all day long.
    """
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_reader(descriptor, came.set)
    try:
        async with asyncio.timeout(within):
            await came.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
    return True


def _told(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()  # told to whoever waits, if somebody still does


def _failure(problem: psycopg.Error | OSError) -> DatabaseFailed:
    if isinstance(problem, psycopg.Error):
        return failure_of(problem)
    words = "it does not answer" if isinstance(problem, TimeoutError) else type(problem).__name__
    return DatabaseBusy(words, cause=Cause.AWAY)
