"""A panel that gives one recorded answer to everything, and a client that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from yarl import URL

from bot.domain.models import ApiKey
from bot.panel.client import PanelClient
from bot.panel.throttle import Throttle
from bot.panel.transport import Transport, open_session

from .clients import NOON
from .traces import Trace

KEY = ApiKey("ptlc_ABCDEFGHIJK" + "l" * 32)


@dataclass
class Replay:
    """A panel that gives one recorded answer to everything, and remembers what it was asked."""

    trace: Trace
    url: str = ""
    asked: list[str] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Give the recorded status, headers and body."""
        self.asked.append(f"{request.method} {request.path}")
        self.queries.append(dict(request.query))
        self.bodies.append(await request.content.read())
        response = web.Response(status=self.trace.status, body=self.trace.answer.encode() or None)
        if "content-type" not in self.trace.answer_headers:
            response.headers.pop("Content-Type", None)
        for name, value in self.trace.answer_headers.items():
            response.headers[name] = value
        return response


@asynccontextmanager
async def replaying(trace: Trace) -> AsyncIterator[tuple[Replay, PanelClient]]:
    """Yield a panel that replays a trace, and a client of it that never waits between retries."""
    replay = Replay(trace)
    runner = web.ServerRunner(web.Server(replay.answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    replay.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        async with open_session() as session:
            throttle = Throttle(now=lambda: NOON, elapsed=lambda: NOON)
            yield replay, PanelClient(Transport(session, URL(replay.url)), throttle=throttle, retry_wait=0)
    finally:
        await runner.cleanup()
