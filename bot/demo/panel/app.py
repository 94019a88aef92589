"""The simulated panel as an HTTP server on this machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from random import Random
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from aiohttp import web
from multidict import CIMultiDict

from bot.demo.panel import wire
from bot.demo.panel.answers import Answer
from bot.demo.panel.calls import Chance
from bot.demo.panel.clock import Clock
from bot.demo.panel.database import Database
from bot.demo.panel.faults import Effect, Fault, Faults
from bot.demo.panel.flavours import TRAITS, Flavour
from bot.demo.panel.listener import Listener
from bot.demo.panel.pipeline import Pipeline
from bot.demo.panel.requests import PanelRequest, RecordedRequest, RequestLog
from bot.demo.panel.state import PanelState
from bot.demo.panel.throttle import Throttle


class SimulatedPanel:
    """A panel's client API over real HTTP, with a state and faults that a test controls."""

    def __init__(
        self,
        state: PanelState,
        *,
        flavour: Flavour = Flavour.PTERODACTYL_1_11,
        clock: Callable[[], float] = time.time,
        seed: int = 0,
    ) -> None:
        self._clock = Clock(clock)
        self.state = state
        self.flavour = flavour
        self.faults = Faults()
        self.database = Database()
        self.requests = RequestLog()
        self.chance = Chance(Random(seed))
        self.throttle = Throttle(self.now)
        self.url = ""
        self._pipeline = Pipeline(TRAITS[flavour], self.chance, self.database, self.throttle)
        self._listener: Listener | None = None
        self._stopping = asyncio.Event()

    @property
    def state(self) -> PanelState:
        """What the panel has in its database, to be changed by tests as on the panel's page."""
        return self._state

    @state.setter
    def state(self, state: PanelState) -> None:
        """Put another database in its place."""
        self._state = state
        state.clock = self._clock.now

    def now(self) -> float:
        """Return the panel's time."""
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        """Let time pass on the panel."""
        self._clock.advance(seconds)

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; `url` says where."""
        self._stopping.clear()
        self.database.start()
        self._listener = Listener(self._handle)
        await self._listener.start(host, port)
        self.url = self._listener.url

    async def stop(self) -> None:
        """Stop listening; held and dripping requests are cut off."""
        self._stopping.set()
        self.faults.clear()
        self.database.stop()
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None

    async def kill(self) -> None:
        """Be gone at once: every connection is reset and new ones are refused, until `revive`.

        That is the web server's end; what PHP was at goes on, so a held request is carried out when it is released.
        """
        await self._listening.kill()

    async def revive(self) -> None:
        """Listen again at the address it had when it was killed."""
        await self._listening.revive()

    async def idle(self) -> None:
        """Return when no request is under way any more, answered or not."""
        await self._listening.idle()

    @property
    def _listening(self) -> Listener:
        if self._listener is None:
            raise RuntimeError("the panel was not started")
        return self._listener

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.content.read()
        received = self._received(request, body)
        headers = CIMultiDict(request.headers)
        record = RecordedRequest(request.method, request.raw_path, received.bearer(), body, headers)
        self.requests.append(record)
        fault = self.faults.take(request.method, unquote(received.raw_path))
        response = await self._respond(request, received, fault)
        record.status = response.status
        return response

    def _received(self, request: web.BaseRequest, body: bytes) -> PanelRequest:
        path, _, query = request.raw_path.partition("?")
        base_url = f"http://{request.headers.get('Host', 'localhost')}"
        client_ip = self.state.seen_address or request.remote or "127.0.0.1"
        if self.state.trusts_proxies and "X-Forwarded-For" in request.headers:
            client_ip = request.headers["X-Forwarded-For"].rpartition(",")[2].strip()
        return PanelRequest(request.method, path, query, request.headers, body, base_url, client_ip)

    async def _respond(
        self, request: web.BaseRequest, received: PanelRequest, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is None:
            return await wire.send(request, await self._pipeline.answer(received, self.state))
        if fault.effect is Effect.HOLD and not fault.apply:
            await self._wait(request, fault)
        answer = await self._real_answer(received, fault)
        if fault.effect is Effect.HOLD and fault.apply:
            await self._wait(request, fault)
        if fault.effect is Effect.RESET:
            wire.cut(request)
        if fault.effect is Effect.FLOOD:
            return await wire.flood(request, fault.megabytes)
        if fault.effect is Effect.DRIP:
            return await wire.drip(request, answer, fault.seconds, self._stopping)
        if fault.effect is Effect.CUT:
            answer.body = answer.body[: len(answer.body) // 2]
        return await wire.send(request, answer)

    async def _real_answer(self, received: PanelRequest, fault: Fault) -> Answer:
        if fault.effect is Effect.LIE:
            return await self._pipeline.answer(received, deepcopy(self.state))
        if fault.apply or fault.effect is Effect.HOLD:
            answer = await self._pipeline.answer(received, self.state)
            if fault.effect is not Effect.ANSWER:
                return answer
        return Answer(fault.status, fault.body, fault.content_type, dict(fault.headers))

    async def _wait(self, request: web.BaseRequest, fault: Fault) -> None:
        if fault.held is not None:
            await fault.held.wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), fault.seconds)
        if self._stopping.is_set():
            wire.cut(request)
