"""Whoever watches the bot: by its numbers and pages, and as the manager of a service."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from tests.wire.watch import Watch

CYCLE = 0.05
"""Seconds between two looks at what comes by itself."""


class Watcher:
    """Asks the bot as Prometheus and an orchestrator do."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._base = f"http://127.0.0.1:{port}"

    async def get(self, path: str) -> tuple[int, str]:
        """Return the status and the text of an answer."""
        async with self._session.get(f"{self._base}{path}") as response:
            return response.status, await response.text()

    async def number(self, name: str, **labels: str) -> float:
        """Return the sum of a number over all its series with these labels."""
        families = text_string_to_metric_families((await self.get("/metrics"))[1])
        return sum(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    async def refused(self, method: str, path: str) -> int:
        """Return the status of an answer to a request with this verb."""
        async with self._session.request(method, f"{self._base}{path}") as response:
            return response.status

    async def until_number(self, name: str, wanted: float) -> None:
        """Wait until a number is this."""
        async with asyncio.timeout(20):
            while True:
                if await self.number(name) == wanted:
                    return
                await asyncio.sleep(CYCLE)

    async def until(self, path: str, status: int) -> str:
        """Wait until a path is answered with this status, and return the words."""
        async with asyncio.timeout(20):
            while True:
                try:
                    found, words = await self.get(path)
                except aiohttp.ClientConnectionError:
                    found, words = 0, ""
                if found == status:
                    return words
                await asyncio.sleep(CYCLE)


@asynccontextmanager
async def service_manager(folder: Path) -> AsyncIterator[tuple[str, list[str], Watch]]:
    """Yield the name of a socket like systemd's, what was told there so far, and the watch that sees more come."""
    told: list[str] = []
    watch = Watch()

    def take() -> None:
        told.append(link.recv(500).decode())
        watch.notify()

    path = folder / "notify"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as link:
        link.bind(str(path))
        link.setblocking(False)
        loop = asyncio.get_running_loop()
        loop.add_reader(link, take)
        yield str(path), told, watch
        loop.remove_reader(link)
