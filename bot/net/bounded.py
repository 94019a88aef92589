"""Connections to strangers: as many bytes as an answer may have, and not one more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

MOST = 65_536
"""Bytes that an answer may have, and that are read of one."""
_AHEAD = 16_384
"""Bytes that are taken from the network before they are asked for; twice as many wait at most."""
_LEAST = 64
"""Bytes as which a datagram counts at least: an empty one is as much work, and there may be no end of them."""
_AGAIN = 0.9
"""Seconds after which a datagram that nobody answered is sent again, for it may have been lost."""


class Unreadable(Exception):
    """An answer is larger than it may be, or none of the protocol that was spoken."""


class Stream:
    """A TCP connection of which no more is read than an answer may have."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._left = MOST

    def send(self, data: bytes) -> None:
        """Send a question, which is far smaller than what a connection takes at once."""
        self._writer.write(data)

    async def read(self, size: int) -> bytes:
        """Return exactly so many bytes; raise Unreadable if that is more than is left, or the other side ends."""
        if size > self._left:
            raise Unreadable(f"{size} bytes are more than the {self._left} that are left")
        self._left -= size
        try:
            return await self._reader.readexactly(size)
        except asyncio.IncompleteReadError:
            raise Unreadable("it ended too soon") from None

    def close(self) -> None:
        """Hang up at once, whatever the other side still has to say."""
        self._writer.transport.abort()


class Datagrams(asyncio.DatagramProtocol):
    """What comes back over UDP, as far as an answer may go; then nothing more is listened to."""

    def __init__(self) -> None:
        self._came: asyncio.Queue[bytes | Exception] = asyncio.Queue()
        self._left = MOST
        self.heard = False
        """Whether anything came."""
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is sent by."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Keep a datagram; the one that is too much ends the listening."""
        self.heard = True
        self._left -= max(len(data), _LEAST)
        if self._left < 0:
            self._came.put_nowait(Unreadable("more than an answer may have"))
            self.close()
        else:
            self._came.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        """Keep what the network says: that nobody listens there, as a rule."""
        self._came.put_nowait(exc)

    async def ask(self, question: Callable[[], bytes]) -> bytes:
        """Send a question, again and again as long as nothing comes, and return the first datagram that does.

        Raises OSError where the network says that there will be none, Unreadable where there are too many.
        """
        while True:
            if self._transport is not None and not self._transport.is_closing():
                self._transport.sendto(question())
            with suppress(TimeoutError):
                async with asyncio.timeout(_AGAIN):
                    return await self.next()

    async def next(self) -> bytes:
        """Return the next datagram; raises as `ask` does."""
        came = await self._came.get()
        if isinstance(came, Exception):
            raise came
        return came

    def close(self) -> None:
        """Listen no more."""
        if self._transport is not None:
            self._transport.abort()


class Connector:
    """The way to an address; the demo has one of its own, for its addresses are nobody's."""

    async def stream(self, address: str, port: int) -> Stream:
        """Open a TCP connection to this very address; raises OSError."""
        reader, writer = await asyncio.open_connection(address, port, limit=_AHEAD)
        return Stream(reader, writer)

    async def datagrams(self, address: str, port: int) -> Datagrams:
        """Return what sends to this very address over UDP, and hears from there alone; raises OSError."""
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(Datagrams, remote_addr=(address, port))
        return protocol
