"""The web server in front of the simulated panel: it listens, can be killed, and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.demo.panel import wire

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Listener:
    """Hands every request to a handler, whose work goes on though the client may have gone."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server = web.Server(self._handle)
        self._runner = web.ServerRunner(self._server, shutdown_timeout=0.1)
        self._address = ("127.0.0.1", 0)
        self._sites: list[web.TCPSite] = []
        self._under_way = 0
        self._changed = asyncio.Condition()

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._address
        return f"http://{host}:{port}"

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one."""
        await self._runner.setup()
        self._address = (host, port)
        await self.revive()

    async def stop(self) -> None:
        """Stop listening and end what is under way."""
        await self._runner.cleanup()

    async def kill(self) -> None:
        """Reset every connection and refuse new ones; what is under way goes on."""
        while self._sites:
            await self._sites.pop().stop()
        for connection in self._server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def revive(self) -> None:
        """Listen again at the same address."""
        site = web.TCPSite(self._runner, *self._address)
        await site.start()
        self._sites.append(site)
        self._address = (self._address[0], self._runner.addresses[0][1])

    async def idle(self) -> None:
        """Return when nothing is under way any more."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._under_way == 0)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self._under_way += 1
        try:
            return await self._handler(request)
        except (wire.ConnectionCut, ConnectionError):
            wire.hang_up(request)
            return web.Response()  # goes nowhere: the panel or the client has hung up
        finally:
            self._under_way -= 1
            async with self._changed:
                self._changed.notify_all()
