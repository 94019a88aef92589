"""The panel's name with a new address: used at once after a failed connection, else within half a minute."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from bot.panel.client import PanelClient
from bot.panel.errors import PanelUnreachable
from bot.panel.transport import Transport, open_session

from .replay import KEY

NAME = "panel.example.test"
BEFORE, AFTER = "127.0.0.2", "127.0.0.3"


class Moving:
    """A panel behind a name, whose address a test changes; every answer names the address it came from."""

    def __init__(self, stack: AsyncExitStack, patch: pytest.MonkeyPatch) -> None:
        self.address = BEFORE
        self.looked_up = 0
        self.port = 0
        self.passed = 0.0
        self._stack = stack
        self._really = socket.getaddrinfo
        patch.setattr(socket, "getaddrinfo", self._look_up)
        patch.setattr("aiohttp.connector.monotonic", lambda: time.monotonic() + self.passed)

    def _look_up(self, host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        if host != NAME:
            return self._really(host, port, *arguments, **options)
        self.looked_up += 1
        return self._really(self.address, port, *arguments, **options)

    async def serve(self, address: str) -> web.ServerRunner:
        """Serve the panel at an address, on the port of the first."""

        async def answer(_: web.BaseRequest) -> web.StreamResponse:
            text = f'{{"object":"user","attributes":{{"id":2,"username":"{address}"}}}}'
            response = web.Response(text=text, content_type="application/json")
            response.force_close()
            return response

        runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, address, self.port).start()
        self.port = runner.addresses[0][1]
        return runner


@pytest.fixture
async def moving(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Moving]:
    """Yield a panel that can move."""
    async with AsyncExitStack() as stack:
        yield Moving(stack, monkeypatch)


async def test_a_new_address_is_used_at_once_after_a_failed_connection(moving: Moving) -> None:
    old = await moving.serve(BEFORE)
    async with open_session() as session:
        client = PanelClient(Transport(session, URL(f"http://{NAME}:{moving.port}/")), retry_wait=0)
        first = await client.account(KEY)
        await old.cleanup()
        await moving.serve(AFTER)
        moving.address = AFTER

        second = await client.account(KEY)

    assert (first.username, second.username) == (BEFORE, AFTER)
    assert moving.looked_up == 2


async def test_a_change_that_met_the_old_address_is_not_repeated_but_the_next_one_arrives(moving: Moving) -> None:
    old = await moving.serve(BEFORE)
    async with open_session() as session:
        client = PanelClient(Transport(session, URL(f"http://{NAME}:{moving.port}/")), retry_wait=0)
        await client.account(KEY)
        await old.cleanup()
        await moving.serve(AFTER)
        moving.address = AFTER

        with pytest.raises(PanelUnreachable):
            await client.delete(KEY, "5e000001", 1)
        arrived = await client.account(KEY)

    assert arrived.username == AFTER
    assert moving.looked_up == 2


@pytest.mark.parametrize(("seconds", "address"), [(25, BEFORE), (31, AFTER)])
async def test_a_new_address_is_used_within_half_a_minute_while_the_old_one_still_answers(
    moving: Moving, seconds: int, address: str
) -> None:
    await moving.serve(BEFORE)
    await moving.serve(AFTER)
    async with open_session() as session:
        client = PanelClient(Transport(session, URL(f"http://{NAME}:{moving.port}/")), retry_wait=0)
        await client.account(KEY)
        moving.address = AFTER
        moving.passed = float(seconds)

        later = await client.account(KEY)

    assert later.username == address
