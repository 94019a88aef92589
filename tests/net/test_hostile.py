"""Hostile games over real sockets: never more than 3 seconds, never more than 64 KiB."""

from __future__ import annotations

import asyncio
import bz2
import json
import struct
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.demo.games import BedrockGame, JavaGame, SourceGame
from bot.demo.games.datagrams import LOOPBACK
from bot.demo.games.source import SPLIT, split
from bot.domain.probe import Tcp
from bot.net.asking import SECONDS, Asker
from bot.net.bounded import MOST, Connector, Datagrams, Stream, Unreadable
from bot.net.guard import Guard
from tests.net.asking import SLACK, ask, timed
from tests.net.hostile import (
    HOSTILE_TEXT,
    Challenging,
    CutPong,
    Dripping,
    DrippingPieces,
    DrippingPong,
    Echo,
    Endless,
    Flooding,
    FloodingPieces,
    InPieces,
    LongPong,
    OtherPong,
    ShortPong,
    Telling,
)


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


async def test_two_gibibytes_that_are_announced_are_not_read() -> None:
    async with Endless() as game:
        probe, seconds = await timed(game.port)
        sent = game.sent

    assert (probe.answers, probe.tcp) == ((), Tcp.ACCEPTED)
    assert seconds < SLACK
    # What the network holds between two sockets of this machine, and not what was announced.
    assert sent < 20_000_000


@pytest.mark.parametrize(("size", "read"), [(MOST, True), (MOST + 1, False), (2 * MOST, False)])
async def test_no_more_than_64_kib_are_read_of_an_answer_its_head_included(size: int, read: bool) -> None:
    connector = Counting()
    # Of the answer seven bytes are how long it and its text are, and what it is.
    entry = json.dumps({"version": {"name": "x", "protocol": 1}, "description": "d"}).encode().ljust(size - 7)
    async with Telling(entry) as game:
        assert len(game.answer()) == size
        probe = await Asker(Guard(private=True, never=()), connector).ask(LOOPBACK, game.port)

    assert bool(probe.answers) is read
    assert probe.tcp is Tcp.ACCEPTED
    assert all(stream._left >= 0 for stream in connector.streams)


async def test_of_what_is_sent_before_it_is_asked_for_no_more_waits_than_an_answer_may_have() -> None:
    class Pushing(JavaGame):
        taken = asyncio.Event()

        async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for _ in range(1_000):
                writer.write(bytes(65_536))
                await writer.drain()
            self.taken.set()

    async with Pushing() as game:
        stream = await Connector().stream(LOOPBACK, game.port)
        try:
            assert await stream.read(1) == b"\0"
            # All of it is far more than what the network itself holds.
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1):
                    await game.taken.wait()
        finally:
            stream.close()


async def test_a_pong_that_announces_more_than_it_has_is_read_as_far_as_it_goes() -> None:
    async with LongPong() as game:
        (answer,) = (await ask(game.port)).answers

    assert (answer.version, answer.players) == ("1.21.60", 2)


@pytest.mark.parametrize("size", [1, 17, 25, 33, 34, 35, 40])
async def test_a_pong_that_ends_too_soon_is_none(size: int) -> None:
    async with CutPong(size) as game:
        probe = await ask(game.port)

    assert (probe.answers, probe.strange_udp) == ((), True)


async def test_of_a_pong_no_more_is_read_than_it_announces() -> None:
    async with ShortPong() as game:
        probe = await ask(game.port)

    assert (probe.answers, probe.strange_udp) == ((), True)


async def test_a_pong_that_comes_byte_by_byte_is_none() -> None:
    async with DrippingPong() as game:
        probe, seconds = await timed(game.port)

    assert (probe.answers, probe.strange_udp) == ((), True)
    assert seconds < 1


async def test_pieces_of_one_byte_a_second_that_announce_two_gibibytes_end_with_the_three_seconds() -> None:
    async with DrippingPieces() as game:
        probe, seconds = await timed(game.port)

    assert (probe.answers, probe.strange_udp) == ((), True)
    assert SECONDS - 0.1 < seconds < SECONDS + SLACK
    assert game.sent <= 5


async def test_pieces_without_an_end_end_with_64_kib() -> None:
    connector = Counting()
    async with FloodingPieces() as game:
        began = time.monotonic()
        probe = await Asker(Guard(private=True, never=()), connector).ask(LOOPBACK, game.port)
        seconds = time.monotonic() - began

    assert (probe.answers, probe.strange_udp) == ((), True)
    assert seconds < 2
    # One of the two that ask over UDP got more than it may, and stopped listening there and then.
    assert sorted(-game.size < heard._left < 0 for heard in connector.over_udp) == [False, True]


async def test_one_byte_a_second_ends_with_the_three_seconds_of_all() -> None:
    async with Dripping() as game:
        probe, seconds = await timed(game.port)

    assert (probe.answers, probe.tcp) == ((), Tcp.ACCEPTED)
    assert SECONDS - 0.1 < seconds < SECONDS + SLACK


async def test_bytes_that_come_faster_than_any_time_out_of_a_read_end_with_the_three_seconds_too() -> None:
    async with Dripping(every=0.05) as game:
        probe, seconds = await timed(game.port)

    assert (probe.answers, probe.tcp) == ((), Tcp.ACCEPTED)
    assert seconds < SECONDS + SLACK


async def test_endless_datagrams_end_with_64_kib() -> None:
    async with Flooding() as game:
        probe, seconds = await timed(game.port)

    assert probe.strange_udp
    assert probe.answers == ()
    assert seconds < 1


@pytest.mark.parametrize("size", [0, 1_400])
async def test_what_listens_takes_no_more_than_64_kib_of_datagrams_be_they_empty(size: int) -> None:
    heard = Datagrams()
    for _ in range(2_000):
        heard.datagram_received(bytes(size), ("", 0))

    taken: list[bytes] = []
    with pytest.raises(Unreadable, match="more than an answer may have"):
        await _take_all(heard, taken)

    assert 40 < len(taken) <= 1_024
    assert sum(map(len, taken)) <= MOST


async def test_what_gets_more_than_it_may_stops_listening_though_nobody_takes_any_of_it() -> None:
    async with Flooding() as game:
        game.count = 500
        heard = await Connector().datagrams(LOOPBACK, game.port)
        await heard.ask(lambda: b"?")
        await game.sent_all()

        assert -game.size < heard._left < 0


async def _take_all(heard: Datagrams, taken: list[bytes]) -> None:
    while True:
        taken.append(await heard.next())


def nested(depth: int, wide: int) -> dict[str, Any]:
    """Return a MOTD of nested styles that is the more work the deeper it is."""
    styles = dict.fromkeys(("bold", "italic", "underlined", "strikethrough", "obfuscated"), True)
    motd: dict[str, Any] = {**styles, "extra": [""] * wide}
    for _ in range(depth):
        motd = {**styles, "extra": [motd]}
    return motd


async def test_a_motd_of_nested_styles_is_read_in_no_time() -> None:
    async with JavaGame(motd=nested(150, 8_000)) as game:
        assert len(game.status()) < MOST

        probe, seconds = await timed(game.port)

    assert probe.answers
    assert seconds < 0.5 + SLACK


async def test_what_a_game_says_of_itself_is_cut_before_it_is_passed_on() -> None:
    async with AsyncExitStack() as stack:
        java = await stack.enter_async_context(JavaGame(motd=HOSTILE_TEXT * 200, version="v" * 5_000))
        source = await stack.enter_async_context(SourceGame(name="n" * 1_000, game="g" * 1_000))
        bedrock = await stack.enter_async_context(BedrockGame(name="n" * 5_000))
        answers = [answer for port in (java.port, source.port, bedrock.port) for answer in (await ask(port)).answers]

    assert len(answers) == 3
    assert all(len(text) <= 300 for answer in answers for text in (answer.name, answer.version, answer.game))


@pytest.mark.parametrize("number", [-1, 10**4000, 10_000_001, True, "4", None, 1.5, [1]])
async def test_numbers_of_players_that_cannot_be_are_not_believed(number: object) -> None:
    said = json.dumps({"version": {"name": "x", "protocol": 1}, "players": {"online": 0, "max": 0}})
    text = said.replace('"online": 0', '"online": ' + (f"1{'0' * 4000}" if number == 10**4000 else json.dumps(number)))
    async with Telling(text.encode()) as game:
        (answer,) = (await ask(game.port)).answers

    assert answer.players is None
    assert answer.slots == 0


async def test_an_echo_and_other_strangers_are_no_game() -> None:
    async with Echo() as game:
        probe = await ask(game.port)

    assert probe.answers == ()
    assert probe.strange_udp


@pytest.mark.parametrize("at", [0, 1, 8, 17, 32])
async def test_a_pong_with_another_mark_or_of_another_ping_is_none(at: int) -> None:
    async with OtherPong(at) as game:
        probe = await ask(game.port)

    assert (probe.answers, probe.strange_udp) == ((), True)


async def test_a_challenge_that_is_asked_for_again_and_again_ends() -> None:
    async with Challenging() as game:
        probe, seconds = await timed(game.port)
        asked = len(game.heard)

    assert (probe.answers, probe.strange_udp) == ((), True)
    assert seconds < 1
    assert asked < 12


def _packed() -> bytes:
    head = struct.pack("<LBBHLL", 1 << 31 | 1 << 15 | 1, 1, 0, 1_400, 2**32 - 1, 0)
    return SPLIT + head + bz2.compress(bytes(200_000_000))


@pytest.mark.parametrize(
    "piece",
    [
        _packed,
        lambda: split(SourceGame().info(), 1, number=1 << 31)[0],
        lambda: SPLIT,
        lambda: SPLIT + struct.pack("<LBBH", 1, 2, 2, 8) + b"x",
        lambda: SPLIT + struct.pack("<LBBH", 1, 0, 0, 8) + b"x",
        lambda: SPLIT + struct.pack("<LBBH", 1, 1, 0, 8) + bytes(9_000),
        lambda: b"\xff\xff\xff\xffI",
        lambda: b"\xff\xff\xff\xffI" + bytes(9_000),
        lambda: b"\xff\xff\xff\xffI\x11" + b"x" * 8_000,
        lambda: b"\xff\xff\xff\xffZ",
        lambda: b"\xff\xff\xff\xff",
    ],
    ids=[
        "packed",
        "said to be packed",
        "no head",
        "no place",
        "of none",
        "large",
        "short",
        "nul",
        "without an end",
        "other",
        "empty",
    ],
)
async def test_source_packets_that_are_wrong_are_no_game(piece: Callable[[], bytes]) -> None:
    async with InPieces(piece()) as game:
        probe, seconds = await timed(game.port)

    assert (probe.answers, probe.strange_udp) == ((), True)
    assert seconds < 1


async def test_pieces_of_which_one_never_comes_end_with_the_three_seconds() -> None:
    async with InPieces() as game:
        game.pieces = split(game.info(), 3)[:2]

        probe, seconds = await timed(game.port)

    assert (probe.answers, probe.strange_udp) == ((), True)
    assert seconds < SECONDS + SLACK
