"""Waiting for something to become true, woken by whoever changes it; never by polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Watch:
    """Wakes those who wait whenever something they may wait for has changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def notify(self) -> None:
        """Let everybody who waits look again."""
        for event in self._waiting:
            event.set()

    async def until(self, true: Callable[[], object], *, within: float, what: str) -> None:
        """Return once it is true; raise AssertionError naming `what` if it is not within that many seconds."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(within):
                while not true():
                    event.clear()
                    await event.wait()
        except TimeoutError:
            raise AssertionError(f"not within {within:g} s: {what}") from None
        finally:
            self._waiting.discard(event)
