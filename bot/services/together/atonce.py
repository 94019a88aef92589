"""How many of one kind are under way at once, of one person's or of all together, counted over all processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.services.together.fleet import Exclusion


class AtOnce:
    """Places for undertakings of one kind; a place that is taken anywhere is taken."""

    def __init__(self, exclusion: Exclusion, kind: str, places: int) -> None:
        self._exclusion = exclusion
        self._kind = kind
        self._places = places
        self._mine: defaultdict[int | None, set[int]] = defaultdict(set)

    @asynccontextmanager
    async def place(self, user_id: int | None = None) -> AsyncIterator[bool]:
        """Hold one of a person's places, or of those for all together, and yield whether there was one.

        Raises OwnDatabaseFailed.
        """
        mine = self._mine[user_id]
        place = None
        try:
            async with AsyncExitStack() as held:
                for one in range(self._places):
                    if one in mine:
                        continue
                    # Before it is asked for: within a process nobody else is to ask for the same.
                    place = one
                    mine.add(one)
                    if await held.enter_async_context(self._exclusion.alone(f"{self._kind} {user_id} place {one}")):
                        break
                    mine.discard(one)
                    place = None
                yield place is not None
        finally:
            if place is not None:
                mine.discard(place)
            if not mine:
                self._mine.pop(user_id, None)
