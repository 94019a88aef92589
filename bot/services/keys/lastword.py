"""The order of what one person asks about their link: whatever is ready first, the last asked holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from bot.errors import Overtaken
from bot.services.together.fleet import Exclusion


@dataclass(eq=False, slots=True, weakref_slot=True)
class _Standing:
    """What one person has asked for, and the latest of it that is in effect, by number."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: int = 0
    in_effect: int = 0


class Ask:
    """One linking or unlinking that a person asked for."""

    def __init__(self, standing: _Standing, turn: AbstractAsyncContextManager[None]) -> None:
        standing.asked += 1
        self._standing = standing
        self._turn = turn
        self._number = standing.asked

    def check(self) -> None:
        """Raise Overtaken if something that was asked for later is in effect already."""
        if self._standing.in_effect > self._number:
            raise Overtaken

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for those whose turn it is, then hold the others back; what does not raise is in effect."""
        async with self._turn:
            yield
            self._standing.in_effect = max(self._standing.in_effect, self._number)


class LastWord:
    """Numbers what each person asks about their link, for as long as any of it is under way."""

    def __init__(self, exclusion: Exclusion) -> None:
        self._exclusion = exclusion
        self._standings: WeakValueDictionary[int, _Standing] = WeakValueDictionary()

    def ask(self, user_id: int) -> Ask:
        """Return the next ask of this person."""
        standing = self._standing_of(user_id)
        return Ask(standing, self._turn(user_id, standing))

    def overtaken_elsewhere(self, user_id: int) -> None:
        """Take note that something this person asked of another process is in effect: what is under way is not."""
        standing = self._standings.get(user_id)
        if standing is not None:
            standing.asked += 1
            standing.in_effect = standing.asked

    @asynccontextmanager
    async def turn_of(self, user_id: int) -> AsyncIterator[None]:
        """Hold linking and unlinking back for what is done about a link and asks for no other."""
        standing = self._standing_of(user_id)
        async with self._turn(user_id, standing):
            yield

    def _turn(self, user_id: int, standing: _Standing) -> AbstractAsyncContextManager[None]:
        return self._exclusion.turn(f"link {user_id}", behind=standing.lock)

    def _standing_of(self, user_id: int) -> _Standing:
        standing = self._standings.get(user_id)
        if standing is None:
            standing = self._standings[user_id] = _Standing()
        return standing
