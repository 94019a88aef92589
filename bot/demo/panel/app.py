"""The simulated panel as an HTTP server on this machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
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
from bot.demo.panel.database import Database
from bot.demo.panel.faults import Effect, Fault, Faults
from bot.demo.panel.flavours import TRAITS, Flavour
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
        self.state = state
        self.flavour = flavour
        self.faults = Faults()
        self.database = Database()
        self.requests = RequestLog()
        self.chance = Chance(Random(seed))
        self.throttle = Throttle(self.now)
        self.url = ""
        self._clock = clock
        self._advanced = 0.0
        self._pipeline = Pipeline(TRAITS[flavour], self.chance, self.database, self.throttle)
        self._runner: web.ServerRunner | None = None
        self._stopping = asyncio.Event()

    def now(self) -> float:
        """Return the panel's time."""
        return self._clock() + self._advanced

    def advance(self, seconds: float) -> None:
        """Let time pass on the panel."""
        self._advanced += seconds

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; `url` says where."""
        self._stopping.clear()
        self.database.start()
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0]
        self.url = f"http://{host}:{bound[1]}"

    async def stop(self) -> None:
        """Stop listening; held and dripping requests are cut off."""
        self._stopping.set()
        self.faults.clear()
        self.database.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

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
        record = RecordedRequest(request.method, request.raw_path, received.bearer, body, headers)
        self.requests.append(record)
        fault = self.faults.take(request.method, unquote(received.raw_path))
        try:
            response = await self._respond(request, received, fault)
        except (wire.ConnectionCut, ConnectionError):
            wire.hang_up(request)
            return web.Response()  # goes nowhere: the panel or the client has hung up
        record.status = response.status
        return response

    def _received(self, request: web.BaseRequest, body: bytes) -> PanelRequest:
        path, _, query = request.raw_path.partition("?")
        base_url = f"http://{request.headers.get('Host', 'localhost')}"
        client_ip = request.remote or "127.0.0.1"
        return PanelRequest(request.method, path, query, request.headers, body, base_url, client_ip)

    async def _respond(
        self, request: web.BaseRequest, received: PanelRequest, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is None:
            return await wire.send(request, await self._pipeline.answer(received, self.state))
        if fault.held is not None and not fault.apply:
            await self._wait(request, fault)
        answer = await self._real_answer(received, fault)
        if fault.held is not None and fault.apply:
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
        if self._stopping.is_set():
            wire.cut(request)
