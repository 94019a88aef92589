"""The work in flight: taken in once, finished before the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from cachetools import TTLCache


class Work:
    """Counts what is under way, refuses what comes after `drain` and what comes twice."""

    def __init__(self) -> None:
        self.draining = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._seen: TTLCache[int, bool] = TTLCache(20_000, 900)

    def first_time(self, interaction_id: int) -> bool:
        """Tell whether this interaction was not seen before; Discord may dispatch one twice after a resume."""
        if interaction_id in self._seen:
            return False
        self._seen[interaction_id] = True
        return True

    @contextmanager
    def piece(self) -> Iterator[None]:
        """Count one piece of work as under way."""
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._idle.set()

    async def drain(self, seconds: float) -> bool:
        """Take no new work and wait for what is under way; False if some is left after that many seconds."""
        self.draining = True
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True
