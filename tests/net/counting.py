"""The bot's own way to a game, with what is read of it counted."""

from __future__ import annotations

from bot.net.bounded import Connector, Datagrams, Stream


class Counting(Connector):
    """The bot's own way to an address, with what is read of it counted."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []
        self.over_udp: list[Datagrams] = []

    async def stream(self, address: str, port: int) -> Stream:
        """Open a stream, and keep it."""
        opened = await super().stream(address, port)
        self.streams.append(opened)
        return opened

    async def datagrams(self, address: str, port: int) -> Datagrams:
        """Listen, and keep what does."""
        opened = await super().datagrams(address, port)
        self.over_udp.append(opened)
        return opened
