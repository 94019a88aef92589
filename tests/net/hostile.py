"""Games that mean harm: they announce what they do not have, never end, or answer what nobody asked."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any

from bot.demo.games.bedrock import BedrockGame
from bot.demo.games.datagrams import DatagramGame
from bot.demo.games.java import JavaGame, packet, varint
from bot.demo.games.source import CHALLENGE, REQUEST, SINGLE, SPLIT, SourceGame

HOSTILE_TEXT = (
    "@everyone <@1> **bold** [press](https://evil.example) `code`\u202egnp.exe\n# {panel} {/unlink} \x00\x1b[31m"
)


class Saying(JavaGame):
    """Says the same to everybody, byte by byte as given, and then nothing more."""

    def __init__(self, *said: bytes) -> None:
        super().__init__()
        self._said = said

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Say it, and listen until the other side hangs up."""
        for part in self._said:
            writer.write(part)
        await writer.drain()
        while await reader.read(65_536):
            pass


class Endless(JavaGame):
    """Announces two gibibytes, less one, and sends them as fast as they are taken."""

    sent = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send until the other side hangs up."""
        writer.write(varint(2**31 - 1))
        while True:
            writer.write(bytes(65_536))
            await writer.drain()
            self.sent += 65_536


class Dripping(JavaGame):
    """Announces 60,000 bytes and sends one a second."""

    def __init__(self, *, every: float = 1.0, arrivals: asyncio.Semaphore | None = None) -> None:
        super().__init__()
        self._every = every
        self._arrivals = arrivals or asyncio.Semaphore(0)
        """Is released once for everybody who connects."""
        self.connected = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send one byte after the other until the other side hangs up."""
        self.connected += 1
        self._arrivals.release()
        writer.write(varint(60_000))
        while True:
            writer.write(b"\0")
            await writer.drain()
            await asyncio.sleep(self._every)


class Telling(JavaGame):
    """Answers with any JSON text, of the length that it has."""

    def __init__(self, entry: Any) -> None:
        super().__init__()
        self._entry = entry if isinstance(entry, bytes) else json.dumps(entry).encode()

    def status(self) -> bytes:
        """Return the text."""
        return self._entry


class Flooding(DatagramGame):
    """Answers one datagram with as many as the other side takes."""

    size = 1_400
    count = 20_000

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self._sending: set[asyncio.Task[None]] = set()

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return nothing: the flood is sent beside."""
        return []

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Begin to send."""
        super().datagram_received(data, addr)
        self._sending.add(asyncio.create_task(self._flood(addr)))

    def datagram(self, number: int) -> bytes:
        """Return one of them."""
        return bytes(self.size)

    async def sent_all(self) -> None:
        """Wait until everything is sent."""
        await asyncio.gather(*self._sending)

    async def _flood(self, addr: tuple[Any, ...]) -> None:
        for _ in range(self.count):
            self.transport.sendto(self.datagram(self.sent), addr)
            self.sent += 1
            await asyncio.sleep(0)

    async def __aexit__(self, *_: object) -> None:
        """Stop sending and listening."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        await super().__aexit__()


class FloodingPieces(Flooding):
    """Asks for its challenge, and then answers with pieces of a packet without an end, of which one never comes."""

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the challenge to who asks without it."""
        return [SINGLE + b"A" + CHALLENGE] if datagram == REQUEST else []

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Begin to send to who repeated the challenge."""
        if data == REQUEST + CHALLENGE:
            super().datagram_received(data, addr)
        else:
            DatagramGame.datagram_received(self, data, addr)

    def datagram(self, number: int) -> bytes:
        """Return one of the first 254 of 255 pieces."""
        return SPLIT + struct.pack("<LBBH", 7, 255, number % 254, self.size) + bytes(self.size)


class DrippingPieces(SourceGame):
    """Announces two gibibytes in 255 pieces, and sends one a second, of one byte."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self._sending: asyncio.Task[None] | None = None

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Begin to send to who repeated the challenge."""
        if data == REQUEST + CHALLENGE and self._sending is None:
            self._sending = asyncio.create_task(self._drip(addr))
        elif data != REQUEST + CHALLENGE:
            super().datagram_received(data, addr)

    async def _drip(self, addr: tuple[Any, ...]) -> None:
        for place in range(255):
            self.transport.sendto(SPLIT + struct.pack("<LBBH", 7, 255, place, 0xFFFF) + b"x", addr)
            self.sent += 1
            await asyncio.sleep(1.0)

    async def __aexit__(self, *_: object) -> None:
        """Stop sending and listening."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait([self._sending])
        await super().__aexit__()


class LongPong(BedrockGame):
    """Announces more in its pong than a datagram can hold."""

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the pong with another length."""
        return [answer[:33] + b"\xff\xff" + answer[35:] for answer in super().answers(datagram)]


class ShortPong(BedrockGame):
    """Announces no more in its pong than the first words of it."""

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the pong with another length."""
        return [answer[:33] + b"\0\x08" + answer[35:] for answer in super().answers(datagram)]


class CutPong(BedrockGame):
    """Sends the beginning of a pong, of some length."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return that much of it."""
        return [answer[: self._size] for answer in super().answers(datagram)]


class DrippingPong(BedrockGame):
    """Sends its pong byte by byte, each a datagram of its own."""

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the bytes of the pong."""
        return [bytes([byte]) for answer in super().answers(datagram) for byte in answer]


class Echo(DatagramGame):
    """Sends back what came."""

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the datagram."""
        return [datagram]


class OtherPong(BedrockGame):
    """Answers a ping with a pong from which some bytes are other ones."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the pong, spoilt."""
        return [
            answer[: self._at] + bytes([answer[self._at] ^ 0xFF]) + answer[self._at + 1 :]
            for answer in super().answers(datagram)
        ]


class Challenging(SourceGame):
    """Asks for its challenge for ever."""

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the challenge, whether it was repeated or not."""
        return [SINGLE + b"A" + CHALLENGE] if datagram.startswith(REQUEST) else []


class InPieces(SourceGame):
    """Answers in the packets that are given, once the challenge was repeated."""

    def __init__(self, *pieces: bytes, **about: Any) -> None:
        super().__init__(**about)
        self.pieces = list(pieces)

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the challenge, then the pieces."""
        found = super().answers(datagram)
        return self.pieces if found and found[0][4:5] == b"I" else found


def status_packet(text: bytes) -> bytes:
    """Return a Java server's status packet with this text."""
    return packet(0, varint(len(text)) + text)
