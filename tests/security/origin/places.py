"""Places a key could go to: another panel in PANEL_URL, a server that is no panel, a panel behind TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from yarl import URL

from bot.demo.panel import SimulatedPanel
from bot.demo.people import Person
from bot.settings import Settings
from tests.certificates import Certified
from tests.stage import Stage
from tests.world import World


class StageElsewhere(Stage):
    """A stage on which PANEL_URL can be set to something else for the next start."""

    panel_url: str | None = None
    ca_file: Path | None = None

    @property
    def settings(self) -> Settings:
        """The settings, with this panel."""
        return super().settings.model_copy(
            update={"panel_url": f"{self.panel_url or self.panel.url}/", "panel_ca_file": self.ca_file}
        )

    async def restart_with(self, panel_url: str | None, *, trusting: Certified | None = None) -> None:
        """Restart the bot with another PANEL_URL, None for the panel's own, and this authority in PANEL_CA_FILE."""
        self.panel_url, self.ca_file = panel_url, None
        if trusting is not None:
            self.ca_file = self._folder / "authority.pem"
            self.ca_file.write_text(trusting.authority)
        await self.restart()


@dataclass
class Bystander:
    """A server that is not the panel, and what it was sent."""

    url: str = ""
    requests: list[str] = field(default_factory=list)


@asynccontextmanager
async def bystander() -> AsyncIterator[Bystander]:
    """Yield a server that answers everything with an empty object."""
    seen = Bystander()

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.requests.append(f"{request.method} {request.raw_path} {dict(request.headers)}")
        return web.json_response({})

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    seen.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield seen
    finally:
        await runner.cleanup()


async def do_everything(person: Person, world: World) -> list[str]:
    """Run every command that asks the panel; return the answers."""
    survival = world.survival.identifier
    seen = [
        await person.run("servers"),
        await person.run("allocations list", server=survival),
        await person.run("allocations create", server=survival, notes="atlas", primary=True),
        await person.run("allocations notes", server=survival, allocation="#2", text="query"),
        await person.run("allocations primary", server=survival, allocation="#2"),
        await person.run("allocations delete", server=survival, allocation="#1"),
    ]
    return [answer.text for answer in seen]


@asynccontextmanager
async def tls_front(panel: SimulatedPanel, certificate: Certified) -> AsyncIterator[tuple[str, bytearray]]:
    """Yield the address of a TLS front for the panel, and what came through it."""
    received = bytearray()
    port = URL(panel.url).port

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, record: bool) -> None:
        while data := await reader.read(65536):
            if record:
                received.extend(data)
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            pump(reader, behind_writer, True), pump(behind_reader, writer, False), return_exceptions=True
        )

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate.context())
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", received
    finally:
        server.close()
