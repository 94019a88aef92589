"""Asking a Minecraft Java server for its list entry, as the game's own list does (minecraft.wiki, Server List Ping).

mcstatus reads what the entry says. It does not bound what it reads from the network (an answer may announce 2 GiB), and
38 KB of nested styles keep its reading of a MOTD busy for 8 seconds: both are done here.
"""

from __future__ import annotations

import json
import re
import struct
import time

from mcstatus.responses import JavaStatusResponse

from bot.domain.probe import GameAnswer, Protocol
from bot.net.bounded import Stream, Unreadable
from bot.net.wording import amount, words

_STATUS = 0x00
_ASK_FOR_STATUS = 1
_PROTOCOL = 47
"""Of Minecraft 1.8, which whatever answers at all understands."""
_PARTS = 200
"""Parts of a MOTD that are looked at."""
_STYLE = re.compile("§.?")


async def ask_java(stream: Stream, host: str, port: int) -> GameAnswer:
    """Return what a Java server says of itself; raise Unreadable where what answers is none."""
    asked = time.perf_counter()
    stream.send(_packet(_handshake(host, port)) + _packet(_varint(_STATUS)))
    size = await _read_varint(stream)
    payload = await stream.read(size)
    return entry(payload, time.perf_counter() - asked)


def entry(payload: bytes, seconds: float) -> GameAnswer:
    """Return what a status packet says; raise Unreadable where it is none."""
    identifier, rest = _take_varint(payload)
    size, text = _take_varint(rest)
    if identifier != _STATUS or size != len(text):
        raise Unreadable("no status packet")
    try:
        said = json.loads(text)
        players = said["players"] if isinstance(said.get("players"), dict) else {}
        # What is not shown is left out: what it holds could only do harm.
        kept = {
            "version": {"name": said["version"]["name"], "protocol": said["version"]["protocol"]},
            "players": {"online": players.get("online"), "max": players.get("max")},
            "description": _motd(said.get("description", "")),
        }
        status = JavaStatusResponse.build(kept, latency=seconds * 1000)  # type: ignore[arg-type] # as it came
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable("no list entry") from None
    return GameAnswer(
        Protocol.JAVA,
        version=words(status.version.name),
        players=amount(status.players.online),
        slots=amount(status.players.max),
        seconds=seconds,
        name=words(kept["description"]),
    )


def _motd(component: object) -> str:
    """Return the words of a text component, as far as a message can take them, without its styles."""
    found: list[str] = []
    left: list[object] = [component]
    for _ in range(_PARTS):
        if not left:
            break
        part = left.pop()
        if isinstance(part, str):
            found.append(words(part))
        elif isinstance(part, dict):
            left += [part.get("extra"), part.get("text")]
        elif isinstance(part, list):
            left += reversed(part[:_PARTS])
    return _STYLE.sub("", words("".join(found)))


def _handshake(host: str, port: int) -> bytes:
    name = host.encode()
    return (
        _varint(0) + _varint(_PROTOCOL) + _varint(len(name)) + name + struct.pack(">H", port) + _varint(_ASK_FOR_STATUS)
    )


def _packet(content: bytes) -> bytes:
    return _varint(len(content)) + content


def _varint(number: int) -> bytes:
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


async def _read_varint(stream: Stream) -> int:
    number = 0
    for place in range(5):
        (group,) = await stream.read(1)
        number |= (group & 0x7F) << (7 * place)
        if group < 0x80:
            return number
    raise Unreadable("a number without an end")


def _take_varint(data: bytes) -> tuple[int, bytes]:
    number = 0
    for place, group in enumerate(data[:5]):
        number |= (group & 0x7F) << (7 * place)
        if group < 0x80:
            return number, data[place + 1 :]
    raise Unreadable("a number without an end")
