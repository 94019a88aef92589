"""Asking whether a game answers at an address: in every protocol at once, within three seconds in all."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from bot.domain.probe import GameAnswer, Probe, Tcp
from bot.net.bedrock import ask_bedrock
from bot.net.bounded import Connector, Datagrams, Unreadable
from bot.net.guard import Guard, NotAsked
from bot.net.java import ask_java
from bot.net.source import ask_source

SECONDS = 3.0
"""For all of it: the look-up of a name, every protocol, every try."""
_MORE = 0.5
"""Seconds for which the others are still listened to once something has answered: one port may be of two games."""
_NO_WAY = {errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


class Asker:
    """Asks the games at the addresses that the guard admits."""

    def __init__(self, guard: Guard, connector: Connector | None = None) -> None:
        self._guard = guard
        self.connector = connector or Connector()
        """The way to an address."""

    async def ask(self, host: str, port: int) -> Probe:
        """Return what answers there, of what the guard admits; it takes three seconds at most."""
        until = asyncio.get_running_loop().time() + SECONDS
        try:
            address = str(await self._guard.admit(host, port, until=until))
        except NotAsked as refused:
            return Probe(refusal=refused.refusal)
        return await _Questioning(self.connector, address, port).within(until)


class _Questioning:
    """One address, asked in every protocol at once."""

    def __init__(self, connector: Connector, address: str, port: int) -> None:
        self._connector = connector
        self._address = address
        self._port = port
        self._tcp = Tcp.SILENT
        self._strange_udp = False
        self._answers: list[GameAnswer] = []

    async def within(self, until: float) -> Probe:
        """Return what came of it by then."""
        asking = {asyncio.create_task(self._note(ask)) for ask in (self._java(), self._bedrock(), self._source())}
        clock = asyncio.get_running_loop().time
        try:
            while asking and (left := until - clock()) > 0:
                _, asking = await asyncio.wait(asking, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if self._answers or self._strange_udp:
                    until = min(until, clock() + _MORE)
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
        return Probe(tuple(self._answers), self._tcp, self._strange_udp)

    async def _note(self, ask: Coroutine[Any, Any, GameAnswer]) -> None:
        with suppress(OSError, Unreadable):
            self._answers.append(await ask)

    async def _java(self) -> GameAnswer:
        try:
            stream = await self._connector.stream(self._address, self._port)
        except ConnectionRefusedError:
            self._tcp = Tcp.REFUSED
            raise
        except OSError as problem:
            self._tcp = Tcp.NO_WAY if problem.errno in _NO_WAY else Tcp.SILENT
            raise
        self._tcp = Tcp.ACCEPTED
        try:
            return await ask_java(stream, self._address, self._port)
        finally:
            stream.close()

    async def _bedrock(self) -> GameAnswer:
        return await self._over_udp(ask_bedrock)

    async def _source(self) -> GameAnswer:
        return await self._over_udp(ask_source)

    async def _over_udp(self, ask: Callable[[Datagrams], Awaitable[GameAnswer]]) -> GameAnswer:
        datagrams = await self._connector.datagrams(self._address, self._port)
        answer = None
        try:
            answer = await ask(datagrams)
            return answer
        finally:
            # Also where it was given up half-way: who asks for a challenge is there.
            self._strange_udp |= datagrams.heard and answer is None
            datagrams.close()
