"""Ways to a game that are a test's own: none at all, and one from every address to a game of this machine."""

from __future__ import annotations

import socket

from bot.demo.games import JavaGame
from bot.net.bounded import Connector, Datagrams, Stream


class NoWay(Connector):
    """Fails the test that opens it."""

    async def stream(self, address: str, port: int) -> Stream:
        raise AssertionError(f"a way to {address} was opened")

    async def datagrams(self, address: str, port: int) -> Datagrams:
        raise AssertionError(f"a way to {address} was opened")


class Outside(Connector):
    """Leads from any address to one game of this machine; what DNS says is this test's own."""

    def __init__(self, game: JavaGame) -> None:
        self.game = game
        self.names: dict[str, list[str]] = {}
        """What one look-up of a name after the other gives."""
        self.looked_up: list[str] = []
        self.went: set[tuple[str, int]] = set()

    def getaddrinfo(self, host: str, port: int | None, *_: int, **__: int) -> list[tuple[object, ...]]:
        """Return what this look-up gives, as the machine's own does."""
        self.looked_up.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        found = self.names[host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found.pop(0) if len(found) > 1 else found[0], port or 0))]

    async def stream(self, address: str, port: int) -> Stream:
        """Open a connection to the game."""
        self.went.add((address, port))
        return await super().stream("127.0.0.1", self.game.port)

    async def datagrams(self, address: str, port: int) -> Datagrams:
        """Return what sends to the game's port, where nobody listens."""
        self.went.add((address, port))
        return await super().datagrams("127.0.0.1", self.game.port)
