"""Reads are tried again where that can help, a few times and not for long; by a clock that the test turns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from yarl import URL

from bot.panel import caller
from bot.panel.caller import RETRY_WITHIN
from bot.panel.client import PanelClient
from bot.panel.errors import PanelFailed
from bot.panel.transport import Transport, open_session

from .replay import KEY

FAILED = b'{"errors":[{"code":"HttpException","status":"500","detail":"An unexpected error was encountered."}]}'


class Failing:
    """A panel that fails at everything, and takes as long for each answer as the test says."""

    def __init__(self) -> None:
        self.client: PanelClient
        self.clock = 1000.0
        self.takes = 0.0
        self.asked = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let the time pass, answer one request and close."""
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        self.clock += self.takes
        head = f"HTTP/1.1 500 X\r\nContent-Type: application/json\r\nContent-Length: {len(FAILED)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + FAILED)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def failing(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Failing]:
    """Yield the panel with a client whose time is the test's."""
    panel = Failing()
    # The modules' own names for the clock: the event loop goes on by the real one.
    turned = SimpleNamespace(monotonic=lambda: panel.clock, time=time.time, sleep=time.sleep)
    monkeypatch.setattr(caller, "time", turned)
    monkeypatch.setattr("tenacity.time", turned)
    server = await asyncio.start_server(panel.serve, "127.0.0.1", 0)
    async with server, open_session() as session:
        url = URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        panel.client = PanelClient(Transport(session, url), retry_wait=0)
        yield panel


@pytest.mark.parametrize(
    ("takes", "attempts"),
    [
        (0.0, 3),
        (RETRY_WITHIN / 2 - 0.1, 3),
        (RETRY_WITHIN / 2 + 0.1, 2),
        (RETRY_WITHIN - 0.1, 2),
        (RETRY_WITHIN + 0.1, 1),
    ],
)
async def test_no_read_is_begun_again_after_five_seconds_nor_more_than_twice(
    failing: Failing, takes: float, attempts: int
) -> None:
    failing.takes = takes

    with pytest.raises(PanelFailed):
        await failing.client.account(KEY)

    assert failing.asked == attempts


async def test_a_change_is_never_sent_again_however_fast_it_failed(failing: Failing) -> None:
    with pytest.raises(PanelFailed):
        await failing.client.set_primary(KEY, "5e000001", 1)

    assert failing.asked == 1
