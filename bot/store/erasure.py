"""Erasing what was deleted from the write-ahead log too: at once, or as soon as another reader lets go of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import chain, repeat

from bot.store.errors import DatabaseFailed

log = logging.getLogger(__name__)
MOMENTS = (0.01, 0.03, 0.1)
"""Seconds between the first tries: the bot's own reading, which may be in the way, takes less."""
PAUSE = 10.0
"""Seconds between the later ones, in the background; each use of the database brings the next one forward."""


class Erasure:
    """Empties the log; what was deleted before it is asked for is in none of the files once that succeeds."""

    def __init__(self, empty_log: Callable[[], Awaitable[bool]]) -> None:
        self._empty_log = empty_log
        self._asked = 0
        self._background: asyncio.Task[None] | None = None
        self._nap: asyncio.Task[None] | None = None

    async def now(self) -> bool:
        """Erase and return True; False if another reader is in the way, and it goes on in the background."""
        for pause in (*MOMENTS, None):
            if await self._tried():
                return True
            if pause is not None:
                await asyncio.sleep(pause)
        self.soon()
        return False

    def soon(self) -> None:
        """Erase in the background, until it is done."""
        self._asked += 1
        if self._background is None or self._background.done():
            self._background = asyncio.create_task(self._until_done(), name="erasure")

    def remind(self) -> None:
        """Try again now if something is left to erase: perhaps the other reader has let go."""
        if self._nap is not None:
            self._nap.cancel()

    async def stop(self) -> None:
        """Stop trying; the next start does it."""
        if self._background is not None:
            self._background.cancel()
            await asyncio.wait([self._background])

    async def _until_done(self) -> None:
        told = False
        for pause in chain(MOMENTS, repeat(PAUSE)):
            asked = self._asked
            done = await self._tried()
            if done and asked == self._asked:
                break
            if pause == PAUSE and not told:
                told = True
                log.warning("What was deleted stays in the database's log while another program uses it: trying again")
            await self._rest(0 if done else pause)
        if told:
            log.info("What was deleted is erased from the database's log")

    async def _rest(self, seconds: float) -> None:
        self._nap = asyncio.create_task(asyncio.sleep(seconds))
        try:
            await asyncio.wait([self._nap])
        finally:
            self._nap.cancel()
            self._nap = None

    async def _tried(self) -> bool:
        try:
            return await self._empty_log()
        except DatabaseFailed as problem:
            log.warning("The database's log could not be emptied: %s", problem)
            return False
