"""A Minecraft Java server, as far as its list entry: handshake, status and ping (minecraft.wiki, Server List Ping)."""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import suppress
from typing import Any, Self

from bot.demo.games.datagrams import LOOPBACK

_HANDSHAKE, _STATUS, _PING = 0x00, 0x00, 0x01


def varint(number: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first."""
    number &= 0xFFFFFFFF
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


def packet(identifier: int, body: bytes) -> bytes:
    """Return a packet with its length before it."""
    content = varint(identifier) + body
    return varint(len(content)) + content


def text(words: str) -> bytes:
    """Return a text with its length in bytes before it."""
    encoded = words.encode()
    return varint(len(encoded)) + encoded


class JavaGame:
    """Answers the server list's questions on a TCP port of the loopback interface while it is entered."""

    def __init__(
        self,
        *,
        port: int = 0,
        motd: Any = "A Minecraft Server",
        version: str = "1.21.4",
        players: int = 4,
        slots: int = 20,
        more: dict[str, Any] | None = None,
    ) -> None:
        self.port = port
        """Where it listens, once it does."""
        self.motd, self.version, self.players, self.slots, self.more = motd, version, players, slots, more or {}
        self.asked: list[tuple[str, int]] = []
        """The host and port that each handshake named."""
        self._server: asyncio.Server
        self._open: set[asyncio.StreamWriter] = set()

    def status(self) -> bytes:
        """Return what it says of itself, as a JSON text."""
        entry = {
            "version": {"name": self.version, "protocol": 769},
            "players": {"max": self.slots, "online": self.players},
            "description": self.motd,
            "enforcesSecureChat": True,
        }
        return json.dumps(entry | self.more).encode()

    def answer(self) -> bytes:
        """Return the packet with its status."""
        status = self.status()
        return packet(_STATUS, varint(len(status)) + status)

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening, and hang up."""
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self.talk(reader, writer)
        finally:
            self._open.discard(writer)
            writer.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the handshake, then answer until the other side has enough."""
        identifier, body = await self._packet(reader)
        if identifier != _HANDSHAKE:
            return
        self.asked.append(_destination(body))
        while True:
            identifier, body = await self._packet(reader)
            if identifier == _STATUS:
                writer.write(self.answer())
            elif identifier == _PING:
                writer.write(packet(_PING, body[:8]))
            else:
                return
            await writer.drain()

    async def _packet(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        content = await reader.readexactly(await _number(reader))
        identifier, rest = _first_number(content)
        return identifier, rest


async def _number(reader: asyncio.StreamReader) -> int:
    number = 0
    for place in range(5):
        (group,) = await reader.readexactly(1)
        number |= (group & 0x7F) << (7 * place)
        if group < 0x80:
            break
    return number


def _first_number(content: bytes) -> tuple[int, bytes]:
    number = 0
    for place, group in enumerate(content[:5]):
        number |= (group & 0x7F) << (7 * place)
        if group < 0x80:
            return number, content[place + 1 :]
    return number, b""


def _destination(body: bytes) -> tuple[str, int]:
    """Return the host and port that a handshake names."""
    _, rest = _first_number(body)
    length, rest = _first_number(rest)
    (port,) = struct.unpack(">H", rest[length : length + 2])
    return rest[:length].decode(), port
