"""Whether a creation or promotion stayed: another bot, or the panel's own page, may have been at it too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.models import GameServer
from bot.errors import BotError
from bot.services.allocations import AllocationService
from bot.services.changing.changes import Change, Truth, Verb
from bot.services.changing.recorder import Recorder
from bot.services.servers.seats import Seats

AFTER = 5.0
"""Seconds after a change at which is looked once more: longer than a panel takes to write what it has answered."""


class SecondLook:
    """Looks once more a few seconds later, and corrects the record."""

    def __init__(self, allocations: AllocationService, recorder: Recorder, seats: Seats) -> None:
        self._allocations = allocations
        self._recorder = recorder
        self._seats = seats
        self.wait: Callable[[float], Awaitable[None]] = asyncio.sleep
        """How it waits; a simulation of time declares that wait as one."""

    @staticmethod
    def is_due(change: Change) -> bool:
        """Tell whether a change is one that may not stay, and that was seen to be in effect."""
        seen = change.server is not None and change.allocation is not None and change.verified
        return seen and change.truth is Truth.DONE and (change.verb is Verb.CREATE or change.promoted)

    async def at(self, user_id: int, server: str, change: Change) -> Change | None:
        """Return the change as it is a few seconds later if it did not stay, else None: one call, after a wait.

        What was changed through the bot meanwhile is no sign of that: whoever did it was told of it.
        """
        if not self.is_due(change):
            return None
        now = await self.later(user_id, server, epoch=change.epoch)
        if now is None or _stayed(change, now):
            return None
        corrected = replace(change, truth=Truth.NOT_DONE, server=now, stayed=False)
        await self._recorder.correct(user_id, corrected)
        return corrected

    async def later(self, user_id: int, server: str, *, epoch: int) -> GameServer | None:
        """Return the server as it is a few seconds later: one call; None if it was changed here since that epoch."""
        await self.wait(AFTER)
        if self._seats.epoch_of(server) != epoch:
            return None
        try:
            now = await self._allocations.view(user_id, server)
        except BotError:
            return None
        return now if self._seats.epoch_of(server) == epoch else None


def _stayed(change: Change, now: GameServer) -> bool:
    """Tell whether the reading still shows the change; what it cannot show counts as stayed."""
    row = now.allocation(change.allocation.id) if change.allocation else None
    if row is None:
        return now.restricted and not change.promoted
    return row.is_primary or not change.promoted
