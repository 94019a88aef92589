"""Places that are not the panel: an untrusted TLS server, a port that never answers, a name nobody knows."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from aiohttp import web

from tests.certificates import certified


@asynccontextmanager
async def untrusted_tls() -> AsyncIterator[tuple[str, list[str]]]:
    """Yield the address of a TLS server that nobody trusted vouches for, and the requests that got through to it."""
    got: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        got.append(request.headers.get("Authorization", ""))
        return web.json_response({})

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certified("127.0.0.1").context()).start()
    # A refused handshake is the point here; asyncio would report each one.
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    try:
        yield f"https://127.0.0.1:{runner.addresses[0][1]}/", got
    finally:
        loop.set_exception_handler(None)
        await runner.cleanup()


@contextmanager
def unknown_name() -> Iterator[str]:
    """Yield an address whose name leads nowhere; the answer does not wait for a name server of this machine."""
    ask = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if host == "panel.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        yield "http://panel.invalid/"


@contextmanager
def closed_port() -> Iterator[str]:
    """Yield an address at which nobody listens, and which nobody else gets meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/"


@contextmanager
def silent_port() -> Iterator[str]:
    """Yield an address at which a connection is neither accepted nor refused."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            for one in waiting:
                one.close()
