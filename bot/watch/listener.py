"""`/metrics`, `/livez` and `/readyz`: what a watcher asks over HTTP, at the address that METRICS names only."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.operator.readiness import NAMED, OTHERS_DO_NOT_KNOW
from bot.operator.start import StartRefused
from bot.watch.place import refusal, refused, sockets_at

log = logging.getLogger(__name__)
LOOKS_EVERY = 0.5
"""Seconds between two looks whether another process has left the place."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What the listener asks the bot for."""

    numbers: Callable[[], bytes]
    media_type: str
    is_whole: Callable[[], bool]
    """Whether every shard is connected."""
    connected: Callable[[], bool]
    """Whether that is so and other processes know it."""
    name: str
    """By what the bot is told from other programs."""
    trouble: Callable[[], Awaitable[str]]
    """Tries the database; returns what is wrong with it, nothing if it is well."""


@asynccontextmanager
async def listening(
    place: tuple[str, int], looks: Looks, *, waits: Callable[[], Awaitable[bool]]
) -> AsyncIterator[None]:
    """Answer at this host and port until the block ends; raise StartRefused where that cannot be had.

    Where it `waits`, another process has the place as long as that runs, as the one it takes over from does.
    """
    site = _Site(looks)
    app = web.Application()
    for path, answer in (("/metrics", site.metrics), ("/livez", site.alive), ("/readyz", site.ready)):
        app.router.add_get(path, answer)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    later: asyncio.Task[None] | None = None
    try:
        try:
            await _begin(runner, place)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE or not await waits():
                raise StartRefused(await refused(place, problem)) from None
            log.warning(
                "Another process listens at %s:%d: until it ends it is asked there, and this one tells no numbers",
                *place,
            )
            later = asyncio.create_task(_begin_later(runner, place), name="listener")
        yield
    finally:
        if later is not None:
            later.cancel()
            await asyncio.gather(later, return_exceptions=True)
        await runner.cleanup()


async def _begin(runner: web.AppRunner, place: tuple[str, int]) -> None:
    """Listen, or raise OSError and leave nothing behind."""
    for listens in await sockets_at(*place):
        await web.SockSite(runner, listens).start()
    log.info("Numbers are told at %s:%d", *place)


async def _begin_later(runner: web.AppRunner, place: tuple[str, int]) -> None:
    told = ""
    while True:
        await asyncio.sleep(LOOKS_EVERY)
        try:
            await _begin(runner, place)
        except OSError as problem:
            words = refusal(place, problem)
            if problem.errno != errno.EADDRINUSE and words != told:
                told = words
                log.error("%s; trying on", words)
        else:
            return


class _Site:
    """The three answers."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks

    async def metrics(self, _: web.Request) -> web.Response:
        """Return the numbers."""
        return web.Response(body=self._looks.numbers(), headers={"Content-Type": self._looks.media_type})

    async def alive(self, _: web.Request) -> web.Response:
        """Return that the event loop goes round: else nothing would answer."""
        return web.Response(text="alive\n")

    async def ready(self, _: web.Request) -> web.Response:
        """Return whether every shard is connected, others know it and the database takes a write; 503 where not."""
        reasons = []
        if not self._looks.is_whole():
            reasons.append("not connected to Discord on every shard")
        elif not self._looks.connected():
            reasons.append(OTHERS_DO_NOT_KNOW)
        reasons += [reason for reason in (await self._looks.trouble(),) if reason]
        words = "; ".join(reasons or ["ready"]) + "\n"
        return web.Response(text=words, status=503 if reasons else 200, headers={NAMED: self._looks.name})
