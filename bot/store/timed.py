"""Transactions whose time is told to whoever watches the bot."""

from __future__ import annotations

import time
from collections.abc import Coroutine
from typing import Any

from bot.observer import Observer
from bot.store.connection import Kind, Result, Transactions, Work


class Timed:
    """Runs pieces of work as others do, and tells how long each took from when it was asked for."""

    def __init__(self, inner: Transactions, observer: Observer) -> None:
        self._inner = inner
        self._observer = observer

    def run(self, kind: Kind, work: Work[Result], *, patience: float | None = None) -> Coroutine[Any, Any, Result]:
        """Put the work into the queue at once; what is returned awaits its result."""
        return self._told(kind, time.perf_counter(), self._inner.run(kind, work, patience=patience))

    async def _told(self, kind: Kind, began: float, result: Coroutine[Any, Any, Result]) -> Result:
        try:
            return await result
        finally:
            self._observer.database(kind.name.lower(), time.perf_counter() - began)

    async def close(self) -> None:
        """Wait for the work under way, then close."""
        await self._inner.close()
