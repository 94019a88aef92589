"""One change at a time on each server, and none made twice by a double press."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from weakref import WeakValueDictionary

from cachetools import TTLCache

from bot.errors import AlreadyRunning

log = logging.getLogger(__name__)
REMEMBERED = 900.0
"""Seconds for which a press that had its effect is remembered; a message's buttons are redrawn after each."""


class Turns:
    """Serialises changes per server for everybody, and refuses a repeat of the same press or creation."""

    def __init__(self) -> None:
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
        async with lock:
            log.debug("Turn after %.2f seconds", time.monotonic() - asked)
            yield

    @contextmanager
    def creating(self, user_id: int, server: str) -> Iterator[None]:
        """Raise AlreadyRunning while the same person's creation on this server is under way."""
        mine = (user_id, server)
        if mine in self._creating:
            raise AlreadyRunning("Your creation on this server is still under way.")
        over = self._creating[mine] = asyncio.Event()
        try:
            yield
        finally:
            del self._creating[mine]
            over.set()

    async def created(self, user_id: int, server: str) -> None:
        """Wait until no creation by this person on this server is under way."""
        while (over := self._creating.get((user_id, server))) is not None:
            await over.wait()

    @contextmanager
    def once(self, press: str) -> Iterator[None]:
        """Raise AlreadyRunning for a press that is under way or had its effect; a failed one may be repeated."""
        if press in self._pressed:
            raise AlreadyRunning("That press was already taken; the message above shows, or will show, its result.")
        self._pressed[press] = True
        try:
            yield
        except BaseException:
            self._pressed.pop(press, None)
            raise
