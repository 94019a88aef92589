"""The panel's database, which takes its time between what a request checked and what it then writes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import AbstractAsyncContextManager, nullcontext
from enum import StrEnum
from typing import Unpack

from bot.demo.panel import errors
from bot.demo.panel.faults import Faults, Hold, Which
from bot.demo.panel.requests import PanelRequest
from bot.demo.panel.wire import ConnectionCut


class Engine(StrEnum):
    """What the panel keeps its data in; some answers depend on it."""

    SQLITE = "sqlite"
    MARIADB = "mariadb"


def same(engine: Engine, stored: str, asked: str) -> bool:
    """Whether the database takes a text for the stored one: MariaDB's usual collation knows no case."""
    return stored == asked or (engine is Engine.MARIADB and stored.lower() == asked.lower())


class Database:
    """Lets changes overlap the way they do on a real panel; by default each is done before the next begins.

    What a request has checked is not checked again when its write is due, and the later write wins.
    """

    def __init__(self) -> None:
        self._seconds = 0.0
        self._holds = Faults()
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._stopped = False
        self.writes = 0
        """How many there were."""

    def takes(self, seconds: float) -> None:
        """Let so much time pass before every write from now on; 0 is at once."""
        self._seconds = seconds

    def hold(self, **which: Unpack[Which]) -> Hold:
        """Keep a change waiting between its checks and its write, until the returned hold is released."""
        return self._holds.hold(**which)

    def turn(self, server_id: int, *, locks: bool) -> AbstractAsyncContextManager[None]:
        """Return what a creation is done within: one at a time on a server, where the panel locks it."""
        return self._turns[server_id] if locks else nullcontext()

    async def write(self, request: PanelRequest, *, read_at: int | None = None) -> None:
        """Wait until the change of this request may be written.

        With the number of writes there were when its transaction began, it is refused if there were more since:
        SQLite calls that locked.
        """
        fault = self._holds.take(request.method, f"/{request.path}")
        if fault is not None and fault.held is not None:
            await fault.held.wait()
        if self._seconds:
            await asyncio.sleep(self._seconds)
        if self._stopped:
            raise ConnectionCut
        if read_at is not None and self.writes > read_at:
            raise errors.unexpected("QueryException")
        self.writes += 1

    def start(self) -> None:
        """Write again after `stop`."""
        self._stopped = False

    def stop(self) -> None:
        """Write nothing more: what is held ends unwritten."""
        self._stopped = True
        self._holds.clear()
