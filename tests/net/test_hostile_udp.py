"""Games that mean harm over UDP: datagrams that are none of a game, too many, in pieces, or without an end."""

from __future__ import annotations

import bz2
import struct
import time
from collections.abc import Callable

import pytest

from bot.demo.games import SourceGame
from bot.demo.games.datagrams import LOOPBACK
from bot.demo.games.source import SPLIT, split
from bot.net.asking import SECONDS, Asker
from bot.net.bounded import MOST, Connector, Datagrams, Unreadable
from bot.net.guard import Guard
from tests.net.asking import SLACK, ask, timed
from tests.net.counting import Counting
from tests.net.hostile import (
    Challenging,
    CutPong,
    DrippingPieces,
    DrippingPong,
    Echo,
    Flooding,
    FloodingPieces,
    InPieces,
    LongPong,
    OtherPong,
    ShortPong,
)


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
