"""Limits as they come over the wire: names in any case, both forms of Retry-After, and clocks that are set back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from yarl import URL

from bot.panel.client import PanelClient
from bot.panel.errors import RateLimited
from bot.panel.throttle import Throttle
from bot.panel.transport import Transport, open_session

from .clients import NOON
from .replay import KEY

BODY = b'{"errors":[{"code":"ThrottleRequestsException","status":"429","detail":"Too Many Attempts."}]}'
ACCOUNT = b'{"object":"user","attributes":{"id":2,"username":"owner"}}'


@dataclass
class Wire:
    """A panel that writes exactly these header lines, and a client whose two clocks a test turns."""

    client: PanelClient
    lines: list[str] = field(default_factory=list)
    status: str = "429 Too Many Requests"
    body: bytes = BODY
    asked: int = 0
    wall: float = NOON
    passed: float = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        head = [f"HTTP/1.1 {self.status}", "content-type: application/json", f"content-length: {len(self.body)}"]
        writer.write("\r\n".join([*head, "connection: close", *self.lines, "", ""]).encode() + self.body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def refused(self) -> RateLimited:
        """Ask for the account and return the refusal."""
        with pytest.raises(RateLimited) as caught:
            await self.client.account(KEY)
        return caught.value


@asynccontextmanager
async def a_wire() -> AsyncIterator[Wire]:
    """Yield a panel that writes its header lines as a test says."""
    async with open_session() as session:
        wire = Wire(PanelClient(Transport(session, URL("http://127.0.0.1:1/"))))
        server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
        async with server:
            url = URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
            throttle = Throttle(now=lambda: wire.wall, elapsed=lambda: wire.passed)
            wire.client = PanelClient(Transport(session, url), throttle=throttle, retry_wait=0)
            yield wire


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """Yield a panel that writes its header lines as a test says."""
    async with a_wire() as opened:
        yield opened


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER", "rEtRy-AfTeR"])
async def test_the_time_to_try_again_is_seen_whatever_the_case_of_its_name(wire: Wire, name: str) -> None:
    wire.lines = [f"{name}: 40"]

    assert (await wire.refused()).retry_at == NOON + 40


@pytest.mark.parametrize("prefix", ["X-RateLimit", "x-ratelimit"])
async def test_the_reset_of_a_limit_is_seen_whatever_the_case_of_its_name(wire: Wire, prefix: str) -> None:
    wire.lines = [f"{prefix}-Limit: 720", f"{prefix}-Remaining: 0", f"{prefix}-Reset: {int(NOON) + 25}"]

    assert (await wire.refused()).retry_at == NOON + 25


async def test_a_date_is_taken_by_the_senders_own_clock(wire: Wire) -> None:
    wire.lines = ["date: Tue, 06 Jan 2015 08:00:00 GMT", "retry-after: Tue, 06 Jan 2015 08:00:30 GMT"]

    assert (await wire.refused()).retry_at == NOON + 30


async def test_a_date_that_is_past_or_in_no_year_of_any_clock_names_no_time(wire: Wire) -> None:
    for text in (
        "Tue, 06 Jan 2015 08:00:30 GMT",
        "Fri, 31 Dec 99999 23:59:59 GMT",
        f"Fri, 31 Dec {'9' * 40} 0:0:0 GMT",
    ):
        wire.lines = [f"retry-after: {text}"]
        wire.passed += 100

        assert (await wire.refused()).retry_at is None


async def test_a_clock_set_back_holds_nobody_off(wire: Wire) -> None:
    wire.lines = ["retry-after: 30"]
    await wire.refused()
    wire.status, wire.body, wire.lines = "200 OK", ACCOUNT, []
    wire.wall -= 3600

    wire.passed = 29.0
    held = await wire.refused()
    wire.passed = 30.5
    account = await wire.client.account(KEY)

    assert held.retry_at == pytest.approx(NOON - 3600 + 1)
    assert account.username == "owner"
    assert wire.asked == 2


async def test_a_clock_set_forward_lets_nobody_through(wire: Wire) -> None:
    wire.lines = ["retry-after: 30"]
    await wire.refused()
    wire.wall += 3600

    await wire.refused()

    assert wire.asked == 1
