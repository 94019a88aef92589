"""Asking a Minecraft Bedrock server for its list entry: RakNet's unconnected ping (minecraft.wiki, RakNet).

mcstatus reads the entry. Its own client takes the first datagram that comes for the answer, whatever it is.
"""

from __future__ import annotations

import secrets
import struct
import time

from mcstatus.responses import BedrockStatusResponse

from bot.domain.probe import GameAnswer, Protocol
from bot.net.bounded import Datagrams, Unreadable
from bot.net.wording import amount, words

_MAGIC = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")
_PING, _PONG = 0x01, 0x1C
_HEAD = 35
"""Bytes before the entry: which packet, the ping's time, who answers, what marks it, how long it is."""
_FIELDS = 9


async def ask_bedrock(datagrams: Datagrams) -> GameAnswer:
    """Return what a Bedrock server says of itself; raise Unreadable where what answers is none."""
    ping = BedrockPing()
    return ping.answer(await datagrams.ask(ping.question))


class BedrockPing:
    """A ping, and what its answer says."""

    def __init__(self) -> None:
        self._time = secrets.token_bytes(8)
        self._asked = time.perf_counter()

    def question(self) -> bytes:
        """Return the datagram to send; from the last one on is reckoned how long the answer takes."""
        self._asked = time.perf_counter()
        return bytes([_PING]) + self._time + _MAGIC + bytes(8)

    def answer(self, datagram: bytes) -> GameAnswer:
        """Return what the pong says; raise Unreadable where it is none, or not of this ping."""
        seconds = time.perf_counter() - self._asked
        if len(datagram) < _HEAD or datagram[0] != _PONG or datagram[17:33] != _MAGIC or datagram[1:9] != self._time:
            raise Unreadable("no pong")
        (size,) = struct.unpack(">H", datagram[33:_HEAD])
        fields = datagram[_HEAD : _HEAD + size].decode(errors="replace").split(";")[:_FIELDS]
        try:
            status = BedrockStatusResponse.build([words(field) for field in fields], seconds * 1000)
        except (ValueError, IndexError):
            raise Unreadable("no list entry") from None
        return GameAnswer(
            Protocol.BEDROCK,
            version=words(status.version.name),
            players=amount(status.players.online),
            slots=amount(status.players.max),
            seconds=seconds,
            name=words(fields[1]),
        )
