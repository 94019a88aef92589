"""Writing answers on the wire, whole or in the ways a network can spoil them."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.demo.panel.answers import Answer

CHUNK = 64 * 1024


class ConnectionCut(Exception):
    """The connection was closed on purpose; there is nothing left to answer."""


async def send(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Send an answer as it is."""
    response = web.Response(status=answer.status, body=answer.body, headers=answer.headers)
    _dress(response, answer)
    await response.prepare(request)
    await response.write_eof()
    return response


async def drip(request: web.BaseRequest, answer: Answer, seconds: float, stopping: asyncio.Event) -> web.StreamResponse:
    """Send an answer one byte at a time."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    _dress(response, answer)
    response.content_length = len(answer.body)
    await response.prepare(request)
    for byte in answer.body:
        await response.write(bytes([byte]))
        try:
            await asyncio.wait_for(stopping.wait(), seconds)
        except TimeoutError:
            continue
        cut(request)
    await response.write_eof()
    return response


async def flood(request: web.BaseRequest, megabytes: int) -> web.StreamResponse:
    """Send a JSON document of many megabytes in chunks."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"object":"list","data":["')
    for _ in range(megabytes * 1024 * 1024 // CHUNK):
        await response.write(b"x" * CHUNK)
    await response.write(b'"]}')
    await response.write_eof()
    return response


def cut(request: web.BaseRequest) -> None:
    """Close the connection under the client; always raises."""
    hang_up(request)
    raise ConnectionCut


def hang_up(request: web.BaseRequest) -> None:
    """Close the connection under the client, if it has not closed it."""
    if request.transport is not None:
        request.transport.abort()


def _dress(response: web.StreamResponse, answer: Answer) -> None:
    if answer.content_type is not None:
        response.headers["Content-Type"] = answer.content_type
    elif "Content-Type" in response.headers:
        del response.headers["Content-Type"]
    for name, value in answer.cookies.items():
        response.set_cookie(name, value, max_age=43200, path="/", samesite="Lax")
