"""A plain HTTP client of the simulated panel, as naive as a bot must not be."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.demo.panel import Flavour, PanelState, Server, SimulatedPanel

NOON = 1_767_268_800.0


@dataclass(frozen=True)
class Got:
    """An answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The answer's JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of the first error."""
        return str(self.document["errors"][0]["code"])


@dataclass(frozen=True)
class Client:
    """The key of one user on a panel with one server."""

    panel: SimulatedPanel
    session: aiohttp.ClientSession
    server: Server
    key: str

    def url(self, path: str) -> str:
        """Return the address of a path; one that begins with a plus is below the server's allocations."""
        base = f"/api/client/servers/{self.server.identifier}/network/allocations"
        return self.panel.url + (f"{base}{path[1:]}" if path.startswith("+") else path)

    async def ask(self, method: str, path: str = "+", **options: Any) -> Got:
        """Send a request and read the answer to its end."""
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        headers |= options.pop("headers", {})
        url = self.url(path)
        async with self.session.request(method, url, headers=headers, allow_redirects=False, **options) as response:
            return Got(response.status, dict(response.headers), await response.read())

    def rows(self) -> list[int]:
        """Return the ids of the rows the server really has."""
        return [row.id for row in self.panel.state.allocations_of(self.server)]


@asynccontextmanager
async def client(flavour: Flavour = Flavour.PTERODACTYL_1_11) -> AsyncIterator[Client]:
    """Start a panel with one server of two rows, a pool, and a limit of five; time stands still on it."""
    state = PanelState()
    owner = state.add_user("owner")
    key = state.add_key(owner)
    server = state.add_server(owner, "Survival")
    async with (
        SimulatedPanel(state, flavour=flavour, clock=lambda: NOON) as panel,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        yield Client(panel, session, server, key)
