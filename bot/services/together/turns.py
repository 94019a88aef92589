"""One change at a time on each server, and none made twice by a double press, whichever process is asked."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from cachetools import TTLCache

from bot.errors import AlreadyRunning
from bot.services.together.fleet import Fleet

log = logging.getLogger(__name__)
REMEMBERED = 900.0
"""Seconds for which a press that had its effect is remembered; a message's buttons are redrawn after each."""
_CREATING = "I am still adding a port to this server for you."
_TAKEN = "That press was already taken; the message above shows, or will show, its result."


class Turns:
    """Serialises changes per server for everybody, and refuses a repeat of the same press or creation."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._creating: dict[tuple[int, str], asyncio.Event] = {}
        self._pressed: TTLCache[str, bool] = TTLCache(10_000, REMEMBERED)

    @asynccontextmanager
    async def change(self, what: str) -> AsyncIterator[None]:
        """Wait for the changes of this server, or creations on this node, that came before; then hold others back."""
        lock = self._locks.get(what)
        if lock is None:
            lock = self._locks[what] = asyncio.Lock()
        asked = time.monotonic()
        async with self._fleet.exclusion.turn(what, behind=lock):
            log.debug("Turn after %.2f seconds", time.monotonic() - asked)
            yield

    @asynccontextmanager
    async def creating(self, user_id: int, server: str) -> AsyncIterator[None]:
        """Raise AlreadyRunning while the same person's creation on this server is under way."""
        mine = (user_id, server)
        if mine in self._creating:
            raise AlreadyRunning(_CREATING)
        over = self._creating[mine] = asyncio.Event()
        try:
            async with self._fleet.exclusion.alone(_creation(mine)) as nobody_else:
                if not nobody_else:
                    raise AlreadyRunning(_CREATING)
                yield
        finally:
            del self._creating[mine]
            over.set()

    async def created(self, user_id: int, server: str) -> None:
        """Wait until no creation by this person on this server is under way."""
        while (over := self._creating.get((user_id, server))) is not None:
            await over.wait()
        async with self._fleet.exclusion.turn(_creation((user_id, server))):
            return

    @asynccontextmanager
    async def once(self, press: str) -> AsyncIterator[None]:
        """Raise AlreadyRunning for a press that is under way or had its effect; a failed one may be repeated."""
        if press in self._pressed:
            raise AlreadyRunning(_TAKEN)
        self._pressed[press] = True
        marked = False
        try:
            if await self._fleet.marks.put(f"press {press}", REMEMBERED) is not None:
                raise AlreadyRunning(_TAKEN)
            marked = True
            yield
        except BaseException:
            self._pressed.pop(press, None)
            if marked:
                await self._fleet.marks.remove(f"press {press}")
            raise


def _creation(whose: tuple[int, str]) -> str:
    return f"creation {whose[0]} {whose[1]}"
