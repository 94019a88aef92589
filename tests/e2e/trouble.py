"""A stage for trouble: no waiting between retries, answers that come too late, a panel that is somewhere else."""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from bot.demo import stage as demo
from bot.demo.panel import Flavour, PanelState, RecordedRequest, RequestLog
from bot.demo.people import Person, Seen
from bot.domain.models import ApiKey
from bot.front.client import Bot
from bot.panel.client import PanelClient
from bot.panel.transport import Answer, Transport
from tests.stage import Stage

LONGER_THAN_ANY_TIME_OUT = 13.0


class Arrivals(RequestLog):
    """The panel's request log, for which a test can wait."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()

    def append(self, request: RecordedRequest) -> None:
        """Record a request and wake whoever waits for it."""
        super().append(request)
        self._more.set()

    async def of(self, method: str, path: str | None = None) -> None:
        """Wait until a request of this verb, with this in its path, has arrived and was handled by the panel."""
        while not self.count(method=method, path_contains=path):
            self._more.clear()
            await self._more.wait()


class TroubledTransport(Transport):
    """The bot's own transport; a request that is to be late is declared as an outside wait to the simulation."""

    stage: TroubledStage

    async def exchange(
        self, method: str, path: str, *, key: ApiKey | None, query: dict[str, str] | None = None, json: Any = None
    ) -> Answer:
        """Send a request as the bot does."""
        asking = super().exchange(method, path, key=key, query=query, json=json)
        if method in self.stage.late:
            return await self.stage.env.external_wait(asking, reason="the panel takes its time")  # type: ignore[no-any-return]
        return await asking

    def point_at(self, url: str) -> None:
        """Send later requests somewhere else, as if the name of the panel led there."""
        self.base = URL(url)


class TroubledStage(Stage):
    """A stage whose bot retries at once."""

    transport: TroubledTransport
    late: frozenset[str] = frozenset()
    """Verbs of the requests whose answers will be too late."""

    async def build(self) -> Bot:
        """Return a bot with the transport of this stage."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bot.demo.stage.Transport", self._open_transport)
            patch.setattr("bot.demo.stage.PanelClient", partial(PanelClient, retry_wait=0))
            return await super().build()

    def _open_transport(self, *arguments: Any) -> TroubledTransport:
        self.transport = TroubledTransport(*arguments)
        self.transport.stage = self
        return self.transport

    def watch_requests(self) -> None:
        """Begin the panel's request log anew, as one that can be waited for."""
        self.panel.requests = Arrivals()

    async def too_late(self, method: str, action: Awaitable[Seen], person: Person) -> Seen:
        """Do an action whose requests of this verb are answered later than any time-out; return what is seen then."""
        assert isinstance(self.panel.requests, Arrivals)
        async with self.waiting_for(method):
            waiting = await action
            await self.panel.requests.of(method)
        await self.env.advance_time(LONGER_THAN_ANY_TIME_OUT)
        return person.saw(waiting.result)

    @asynccontextmanager
    async def waiting_for(self, *methods: str) -> AsyncIterator[None]:
        """Let actions return while their requests of these verbs are under way; time does not pass by itself."""
        self.late = frozenset(methods)
        # With less patience than the bot has before it defers, the simulation does not sit that time out.
        before, self.env.settle_timeout = self.env.settle_timeout, 1.0
        try:
            yield
        finally:
            self.late = frozenset()
            self.env.settle_timeout = before

    async def looked(self, seen: Seen, person: Person) -> Seen:
        """Return what is seen once the bot has looked long enough what became of a change; at once if it knows."""
        if seen.answered and "For up to" not in seen.text:
            return seen
        # In steps, for between two looks a real request to the panel is under way.
        for _ in range(12):
            await self.env.advance_time(1.0)
        return person.saw(seen.result)

    async def looked_long(self, seen: Seen, person: Person) -> Seen:
        """Return what is seen once the bot has given up looking what became of one of several creations."""
        for _ in range(14):
            await self.env.advance_time(1.0)
        return person.saw(seen.result)

    def execute(self, statement: str) -> None:
        """Do something to the bot's database behind its back."""
        with sqlite3.connect(self._folder / "berth.db") as connection:
            connection.execute(statement)
        connection.close()

    def truth(self) -> dict[str, Any]:
        """Return what the panel holds of servers and allocations, to be compared later."""
        state = self.panel.state
        return {
            "servers": {row.id: (row.primary_id, row.limit) for row in state.servers.values()},
            "rows": {row.id: dataclasses.astuple(row) for row in state.allocations.values()},
        }


@asynccontextmanager
async def open_troubled_stage(
    state: PanelState, folder: Path, *, flavour: Flavour = Flavour.PTERODACTYL_1_11
) -> AsyncIterator[TroubledStage]:
    """Yield such a stage with the panel in this state."""
    async with demo.open_stage(state, folder, flavour=flavour, kind=TroubledStage) as stage:
        yield stage
