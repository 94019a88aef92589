"""Whether the database takes a write, which is tried again and again: where nobody presses, nothing else would tell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.operator.readiness import OF_THE_DATABASE
from bot.store.errors import DatabaseFailed

log = logging.getLogger(__name__)
WITHIN = 3.0
"""Seconds the database gets to take a write."""


class Writing:
    """Has something written, and knows how long ago that succeeded."""

    def __init__(self, writes: Callable[[], Awaitable[object]]) -> None:
        self._writes = writes
        self._clock = asyncio.get_running_loop().time
        self._trying: asyncio.Task[str] | None = None
        # The start has written, or there would be none.
        self._taken_at = self._clock()

    def age(self) -> float:
        """Return for how many seconds no write was taken."""
        return self._clock() - self._taken_at

    async def trouble(self) -> str:
        """Return what is wrong with the database; nothing if it is well. Who asks meanwhile gets the same answer."""
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(self._tried())
        return await asyncio.shield(self._trying)

    async def _tried(self) -> str:
        try:
            async with asyncio.timeout(WITHIN):
                await self._writes()
        except TimeoutError:
            log.warning("Not ready: the database took no write within %.0f seconds", WITHIN)
            return f"{OF_THE_DATABASE} does not answer"
        except DatabaseFailed as problem:  # its words may name a path, so they go to the log
            log.warning("Not ready: the database takes no write: %s", problem)
            return f"{OF_THE_DATABASE} takes no write"
        self._taken_at = self._clock()
        return ""
