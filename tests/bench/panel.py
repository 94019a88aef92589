"""The simulated panel in a process of its own, so that its work is not counted; told by lines of JSON what to do."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import Any

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from bot.demo.panel import Flavour, SimulatedPanel
from bot.demo.panel.requests import PanelRequest
from tests.bench.world import Account, bench_world, shared_key


class BenchPanel(SimulatedPanel):
    """Answers after a delay, takes any person's key for that of their account, and counts calls and connections."""

    def __init__(self) -> None:
        # The version without a limit on creations: what is measured is the bot, not its patience.
        super().__init__(bench_world(), flavour=Flavour.PTERODACTYL_1_11)
        self.delay = 0.0
        self.tardiness = 0.0
        self.calls = 0
        self.connections: set[object] = set()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.calls += 1
        self.connections.add(request.transport and request.transport.get_extra_info("peername"))
        tardy = f"_{Account.TARDY}" in request.headers.get("Authorization", "")
        delay = self.tardiness if tardy else self.delay
        if delay:
            await asyncio.sleep(delay)
        self.requests.clear()
        return await super()._handle(request)

    def _received(self, request: web.BaseRequest, body: bytes) -> PanelRequest:
        received = super()._received(request, body)
        headers = CIMultiDict(received.headers)
        if (key := received.bearer()) is not None:
            headers["Authorization"] = f"Bearer {shared_key(key)}"
        received.headers = CIMultiDictProxy(headers)
        return received

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what the benchmark asks; return how many calls and connections there were since it last asked."""
        self.delay = order.get("delay", self.delay)
        self.tardiness = order.get("tardiness", self.tardiness)
        if order.get("reset"):
            self.state = bench_world()
        since = {"calls": self.calls, "connections": len(self.connections)}
        self.calls = 0
        self.connections.clear()
        gc.collect()
        return since


async def main() -> None:
    """Print the address, then obey until standard input ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with BenchPanel() as panel:
        sys.stdout.write(f"{panel.url}\n")
        sys.stdout.flush()
        async for line in reader:
            sys.stdout.write(json.dumps(panel.obey(json.loads(line))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
