"""A server that answers each datagram by what it makes of it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any, Self, cast

LOOPBACK = "127.0.0.1"


class DatagramGame(asyncio.DatagramProtocol, ABC):
    """Listens on a port of the loopback interface while it is entered."""

    def __init__(self, *, port: int = 0) -> None:
        self.port = port
        """Where it listens, once it does."""
        self.heard: list[bytes] = []
        """Every datagram that came."""
        self.transport: asyncio.DatagramTransport

    @abstractmethod
    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the datagrams with which it answers this one."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what it answers by."""
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Answer to where it came from."""
        self.heard.append(data)
        for answer in self.answers(data):
            self.transport.sendto(answer, addr)

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(LOOPBACK, self.port))
        self.port = transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        self.transport.close()
