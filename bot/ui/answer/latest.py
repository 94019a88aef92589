"""Which action a message belongs to now: the latest that used it or showed something on it.

Each process knows its own. The others are asked only before something is put on a message that nobody has just pressed
anything on: whether its person has used anything there since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache

REMEMBERED = 5_000
"""Messages whose latest action is known; of one that is not, the first to ask is taken for the latest."""


class Latest:
    """Knows of each message the interaction that used it last, and lets one at a time write on it."""

    def __init__(self, elsewhere: Callable[[int, int], Awaitable[bool]]) -> None:
        self._elsewhere = elsewhere
        """Tells whether other processes were given something by a person after an interaction."""
        self._used: LRUCache[int, int] = LRUCache(REMEMBERED)
        self._shown: LRUCache[int, int] = LRUCache(REMEMBERED)
        self._writing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def note(self, message_id: int, interaction_id: int) -> None:
        """Remember that this interaction used the message, or showed something on it."""
        self._used[message_id] = interaction_id

    def is_current(self, message_id: int, interaction_id: int) -> bool:
        """Tell whether nothing has used the message since this interaction did."""
        return bool(self._used.get(message_id, interaction_id) == interaction_id)

    async def used_elsewhere(self, interaction: discord.Interaction) -> bool:
        """Tell whether other processes were given anything by its person since, and so perhaps the message used."""
        return await self._elsewhere(interaction.id, interaction.user.id)

    def show(self, message_id: int, interaction_id: int) -> None:
        """Remember that this interaction used the message and that what is on it is of this interaction."""
        self._used[message_id] = self._shown[message_id] = interaction_id

    def is_shown(self, message_id: int, interaction_id: int) -> bool:
        """Tell whether what is on the message is of this interaction."""
        return bool(self._shown.get(message_id) == interaction_id)

    def writing(self, message_id: int) -> asyncio.Lock:
        """Return what is held while the message is written to, so that what is sent later also arrives later."""
        lock = self._writing.get(message_id)
        if lock is None:
            lock = self._writing[message_id] = asyncio.Lock()
        return lock
