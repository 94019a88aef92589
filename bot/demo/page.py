"""The demo's page: SimCord's, handed on with a script that lets the time go on and keeps the newest answer in view."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from yarl import URL

_SCRIPT = Path(__file__).with_name("page.js")
_NAME = "/berth.js"
_BEFORE, _TAG = b"</body>", f'<script type="module" src="{_NAME}"></script></body>'.encode()
_HEARD = ("accept", "content-type", "x-simcord-")
"""The beginnings of what the page's requests say that SimCord goes by. Where they came from, it is not to hear."""
_OF_ONE_CONNECTION = {"connection", "content-encoding", "content-length", "date", "server", "transfer-encoding"}

_Turn = Callable[[], AbstractAsyncContextManager[None]]


class PortTaken(Exception):
    """Another program has the port; the message is one line."""


@asynccontextmanager
async def served(
    preview: str, *, port: int, beside: Mapping[str, Callable[[], str]], turn: _Turn
) -> AsyncIterator[str]:
    """Yield the address of the page that hands on the one at this address; raise PortTaken if it cannot be there.

    What is done on the page takes a `turn`.
    `beside` are pages of HTML that are served too, by their paths, as they are when they are asked for.
    """
    async with ClientSession(timeout=ClientTimeout(total=None)) as session:
        app = web.Application()
        app.router.add_get(_NAME, _text(_SCRIPT.read_text, "text/javascript"))
        for path, page in beside.items():
            app.router.add_get(path, _text(page, "text/html"))
        app.router.add_route("*", "/{path:.*}", _HandedOn(session, URL(preview), turn))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, "127.0.0.1", port).start()
            except OSError as problem:
                raise PortTaken(
                    f"the page cannot be at port {port}: {os.strerror(problem.errno or 0)}; choose another"
                ) from None
            yield str(URL(preview).with_port(runner.addresses[0][1]))
        finally:
            await runner.cleanup()


def _text(text: Callable[[], str], kind: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text(), content_type=kind, headers={"Cache-Control": "no-store"})

    return answer


class _HandedOn:
    """Answers as the page behind it does."""

    def __init__(self, session: ClientSession, behind: URL, turn: _Turn) -> None:
        self._session = session
        self._turn = turn
        self._behind = behind.origin()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Return the answer to the same request, with the script in the page itself."""
        if request.url.host not in ("127.0.0.1", "localhost"):
            # Another site's name that leads here; SimCord looks too, at where this comes from.
            raise web.HTTPForbidden
        said = {name: value for name, value in request.headers.items() if name.lower().startswith(_HEARD)}
        url = self._behind.join(request.rel_url)
        try:
            sent = await request.read()
            async with (
                self._turn() if request.method == "POST" else nullcontext(),
                self._session.request(request.method, url, headers=said, data=sent, allow_redirects=False) as answer,
            ):
                body = await answer.read()
        except ClientError:
            raise web.HTTPBadGateway from None
        if request.path == "/":
            body = body.replace(_BEFORE, _TAG)
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_ONE_CONNECTION}
        return web.Response(status=answer.status, body=body, headers=kept)
