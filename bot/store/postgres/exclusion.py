"""What one process at a time does, and which carries which shard: advisory locks, which end with the process."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from psycopg import AsyncConnection

from bot.errors import StillUnderWay
from bot.observer import UNOBSERVED, Observer
from bot.store.errors import Cause, DatabaseFailed
from bot.store.postgres import keysathand
from bot.store.postgres.line import Line, Row, fetched
from bot.store.postgres.news import News
from bot.store.telling import written_or_told
from bot.store.vault import Vault

log = logging.getLogger(__name__)
LOOKS_EVERY = 0.5
"""Seconds between two looks for a lock of which nobody tells that it is free: its process may have ended."""
PATIENCE = 25.0
"""Seconds that anybody waits for others; a machine that is gone holds nobody up for longer than 21 of them."""
_SHARDS = 1112888424
"""What distinguishes the locks of shards from all others."""
_NOTHING_DONE = "I make sure that nobody else is at it before I begin, so I did nothing."
# OFFSET keeps the server from taking the lock twice, once for each place where that is looked at.
_TAKE = """
    SELECT taken, CASE WHEN taken THEN pg_notify('berth', $2)::text END
    FROM (SELECT pg_try_advisory_lock($1) AS taken OFFSET 0) AS tried
"""
_HOLD_ANEW = "SELECT pg_try_advisory_lock(key) FROM unnest($1::bigint[]) AS key"
_LET_GO = "SELECT pg_advisory_unlock($1), pg_notify('berth', $2)"
# Once only, for it is let go once.
_CARRY = """
    SELECT pg_advisory_lock_shared($1::int, shard) FROM unnest($2::int[]) AS shard WHERE NOT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::int::oid AND objid = shard::oid
            AND objsubid = 2 AND granted AND pid = pg_backend_pid())
"""
_CARRY_NO_MORE = "SELECT pg_advisory_unlock_shared($1, $2)"
_OF_ALL = """
    pg_locks WHERE locktype = 'advisory' AND classid = $1::bigint::oid AND objsubid = 2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""The shards that processes of this bot carry, in the column objid."""
_CARRIED = f"""
    SELECT count(DISTINCT objid) FROM {_OF_ALL}
        AND objid = ANY($2::bigint[]::oid[]) AND pid <> pg_backend_pid()
"""  # noqa: S608 - of constants
_CARRIED_BY_NONE = f"""
    SELECT shard FROM generate_series(0, $2::int - 1) AS shard
    WHERE shard::bigint::oid NOT IN (SELECT objid FROM {_OF_ALL})
    ORDER BY shard
"""  # noqa: S608 - of constants


class Exclusion:
    """Holds locks on one connection; where that is lost they are taken anew before anything else is asked on it.

    Everybody on the server sees which numbers are locked, so they tell nothing without the encryption key. While that
    is changed, process by process, a lock is taken by each key at hand: any two processes have one in common.
    """

    def __init__(self, url: str, vault: Vault, *, me: str, observer: Observer = UNOBSERVED) -> None:
        self.line = Line(url, when_new=self._taken_anew, observer=observer)
        self.news = News(url, self.line, me=me)
        self._vault = vault
        self._me = me
        self._held: Counter[int] = Counter()
        self._carried: dict[int, asyncio.Task[None]] = {}
        self._aside: set[asyncio.Task[object]] = set()
        self._failed = False
        self._apart: int | None = None
        """Processes without a key in common, None before they were counted; from none on the keys are told anew."""

    async def join(self) -> int:
        """Join the running processes; return how many have no encryption key in common, which then keep it out.

        It waits for others that join, as where many start at once. Raises DatabaseFailed.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        while True:
            try:
                await self.line.connect()
            except DatabaseFailed as problem:
                if problem.cause is not Cause.HELD or clock() > until:
                    raise
            else:
                return self._apart or 0

    @asynccontextmanager
    async def turn(self, what: str, *, behind: asyncio.Lock | None = None) -> AsyncIterator[None]:
        """Wait until no other process holds this, then hold it; what was told before that has arrived by then."""
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(PATIENCE):
                    if behind is not None:
                        await held.enter_async_context(behind)
                    for key in self._keys(what):
                        if not await self._take(key):
                            await self._take_in_turn(key)
                        held.push_async_callback(self._let_go, key)
            except TimeoutError:
                raise StillUnderWay(PATIENCE) from None
            yield

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[bool]:
        """Hold this if no other process does, and yield whether that is so."""
        async with AsyncExitStack() as held:
            for key in self._keys(what):
                if not await self._take(key):
                    await held.aclose()
                    yield False
                    return
                held.push_async_callback(self._let_go, key)
            yield True

    async def begin(self, shard: int) -> None:
        """Tell that this process is connected with a shard, again and again until it is told; never raises."""
        if shard not in self._carried:
            self._carried[shard] = asyncio.create_task(self._carry(shard), name="shard carried")
        await asyncio.shield(self._carried[shard])

    async def _carry(self, shard: int) -> None:
        while not await self._quietly(_CARRY, (_SHARDS, [shard])):
            await asyncio.sleep(LOOKS_EVERY)
            if self._carried.get(shard) is not asyncio.current_task():
                return

    async def end(self, shard: int) -> None:
        """Tell that it no longer is; never raises."""
        if self._carried.pop(shard, None) is not None:
            await self._quietly(_CARRY_NO_MORE, (_SHARDS, shard))

    def is_told(self, shards: Sequence[int]) -> bool:
        """Tell whether others know that this process is connected with each of these shards."""
        return all(shard in self._carried and self._carried[shard].done() for shard in shards)

    async def by_another(self, shards: Sequence[int]) -> bool:
        """Tell whether each of these shards is carried by another process too; False where that cannot be known."""
        try:
            [(carried,)] = await self.line.ask(_CARRIED, (_SHARDS, list(shards)), again=True)
        except DatabaseFailed as problem:
            log.warning("It is not known whether another process carries the same shards: %s", problem)
            return False
        return bool(shards) and carried == len(set(shards))

    async def by_nobody(self, count: int) -> list[int] | None:
        """Return which of so many shards no process carries, None where that cannot be known."""
        try:
            rows = await self.line.ask(_CARRIED_BY_NONE, (_SHARDS, count), again=True)
        except DatabaseFailed as problem:
            log.warning("It is not known which shards no process carries: %s", problem)
            return None
        return [shard for (shard,) in rows]

    def _keys(self, what: str) -> list[int]:
        # In one order everywhere, so that no two wait for each other.
        numbers = [int.from_bytes(by_key[:8], signed=True) for by_key in self._vault.pseudonyms(f"turn {what}")]
        return sorted(numbers)

    async def _take_in_turn(self, key: int) -> None:
        while True:
            # Before the look, so that what is told right after it is not missed.
            with self.news.release_of(key) as released:
                if await self._take(key):
                    return
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_EVERY):
                        await released.wait()

    async def _take(self, key: int) -> bool:
        """Take a lock if it is free; what is taken for somebody who no longer waits is let go again."""
        taking = asyncio.create_task(self._taken(key))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            taking.add_done_callback(lambda task: self._unwanted(key, task))
            raise

    async def _taken(self, key: int) -> bool:
        text, back = self.news.word()
        taken: bool | None = None
        try:
            with written_or_told(_NOTHING_DONE, in_doubt=_NOTHING_DONE):
                [(taken, _)] = await self.line.ask(_TAKE, (key, text), again=True)
        finally:
            if not taken:
                self.news.expect_no_more(text)
            if taken is None and key not in self._held and not self.line.is_lost:
                # The server takes a lock before it finds that it cannot tell of it, and keeps it then.
                self._do_aside(self._quietly(_LET_GO, self._freed(key)))
        if taken:
            self._held[key] += 1
            await self.news.caught_up(text, back)
        return bool(taken)

    def _unwanted(self, key: int, task: asyncio.Task[bool]) -> None:
        if not task.cancelled() and task.exception() is None and task.result():
            self._do_aside(self._let_go(key))

    def _do_aside(self, letting_go: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(letting_go, name="lock let go")
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _let_go(self, key: int) -> None:
        self._held[key] -= 1
        if self._held[key] <= 0:
            del self._held[key]
        await self._quietly(_LET_GO, self._freed(key))

    def _freed(self, key: int) -> tuple[int, str]:
        return key, f"{self._me} free {key}"

    async def _quietly(self, statement: str, values: tuple[object, ...]) -> bool:
        try:
            await self.line.ask(statement, values)
        except DatabaseFailed as problem:
            # A connection that is lost holds no lock. What is tried twice a second for each shard is said once.
            if not self._failed:
                log.warning("Locks between processes may be late: %s", problem)
            self._failed = True
            return False
        self._failed = False
        return True

    async def _taken_anew(self, connection: AsyncConnection[Row]) -> list[Row]:
        # As many statements however much there is: they are answered within the time of one, or none of them counts.
        await fetched(connection, _HOLD_ANEW, (list(self._held),))
        await fetched(connection, _CARRY, (_SHARDS, list(self._carried)))
        if self._apart == 0:
            await keysathand.tell(connection, self._vault.key_names)
        else:
            self._apart = await keysathand.join(connection, self._vault.key_names)
        return []
