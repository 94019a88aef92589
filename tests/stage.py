"""What tests need beyond the demo's stage: forged presses, the log of Discord calls, linking in one step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from simcord.backend import serializers

from bot.client import Bot
from bot.demo import stage as demo
from bot.demo.panel import Flavour, PanelState, SimulatedPanel
from bot.demo.people import Person, Seen
from bot.panel.transport import open_session


class Stage(demo.Stage):
    """The demo's stage with the conveniences of a test."""

    def __init__(self, panel: SimulatedPanel, folder: Path, stack: AsyncExitStack) -> None:
        super().__init__(panel, folder, stack)
        self._open = asyncio.Event()
        self._open.set()

    async def build(self) -> Bot:
        """Return a bot whose requests to the panel wait while the test makes the panel slow."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bot.app.open_session", self._session_that_waits)
            return await super().build()

    def _session_that_waits(self, *arguments: Any) -> aiohttp.ClientSession:
        session = open_session(*arguments)
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._wait_while_slow)
        trace.freeze()
        session.trace_configs.append(trace)
        return session

    async def _wait_while_slow(self, *_: object) -> None:
        if not self._open.is_set():
            await self.env.external_wait(self._open.wait(), reason="the panel is slow")

    @asynccontextmanager
    async def slow_panel(self) -> AsyncIterator[None]:
        """Hold every request to the panel back inside the block; `env.advance_time` makes time pass there.

        The bot's answers to actions inside the block are what it says while it waits; after the block the held
        requests go on and the bot settles.
        """
        before, self.env.settle_timeout = self.env.settle_timeout, 1.0
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()
            self.env.settle_timeout = before
            await self.env.settle()

    async def linked(self, name: str, key: str) -> Person:
        """Return a new member who has linked a key, with the panel's request log cleared."""
        person = self.person(name)
        seen = await person.link(key)
        assert "Linked" in seen.text, seen.text
        self.panel.requests.clear()
        return person

    def calls(self, since: int = 0) -> list[str]:
        """Return the bot's Discord calls as "METHOD path", from a position in the log on."""
        return [f"{call.method} {call.path}" for call in self.env.http_requests[since:]]

    async def forge(
        self, person: Person, custom_id: str, *, on: Seen, values: Iterable[str] = (), kind: int = 2
    ) -> Seen:
        """Send a component interaction as no honest client would: any custom_id, on anybody's message."""
        backend = self.env.backend
        source = backend.get_message(on.message.channel_id, on.message.id)
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
        if kind == 3:
            data["values"] = list(values)
        self.env._begin_operation("forge")
        try:
            result = await person.actor._dispatch_interaction(
                3,
                self.channel,
                data,
                extra={"message": dict(serializers.message_payload(backend, source))},
                source_message_id=source.id,
            )
        finally:
            self.env._end_operation()
        return person.saw(result)


@asynccontextmanager
async def open_stage(
    state: PanelState, folder: Path, *, flavour: Flavour = Flavour.PTERODACTYL_1_11
) -> AsyncIterator[Stage]:
    """Yield a stage with the panel in this state; the database is a new file in the folder."""
    async with demo.open_stage(state, folder, flavour=flavour, kind=Stage) as stage:
        yield stage
