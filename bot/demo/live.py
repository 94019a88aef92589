"""What goes on by itself while the demo's page is open: the time of day, and what the bot shows later."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from simcord.backend.errors import SetupError
from simcord.preview import Preview

from bot.demo.stage import Stage


def _time_of_day() -> datetime:
    return datetime.now(UTC)


class Live:
    """Lets the simulated Discord's time pass as it does here, and the page show what has changed meanwhile.

    SimCord does one thing at a time, and refuses what comes in between: each takes its turn here.
    """

    def __init__(self, stage: Stage, preview: Preview, *, now: Callable[[], datetime] = _time_of_day) -> None:
        self._env = stage.env
        self._preview = preview
        self._turns = asyncio.Lock()
        self._now = now
        self._then = now()
        self._shown = 0

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold the time still for an action on the page, after which the page shows everything."""
        async with self._turns:
            try:
                yield
            finally:
                self._shown = len(self._env.http_requests)

    async def tick(self) -> None:
        """Let pass what has passed since the last time, and have the page show what the bot did in it."""
        async with self._turns:
            before, self._then = self._then, self._now()
            # Without this “5 seconds ago” is reckoned from when the page was made, and reads “in 5 seconds”.
            self._preview.capture_time = self._then
            # What the bot does not finish in time, it goes on with at the next.
            with contextlib.suppress(TimeoutError):
                await self._env.advance_time(max(0.0, (self._then - before).total_seconds()))
                if len(self._env.http_requests) != self._shown:
                    # Whoever has ended the page by its own button sees nothing more.
                    with contextlib.suppress(SetupError):
                        await self._preview.refresh()
                    self._shown = len(self._env.http_requests)
