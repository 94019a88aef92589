"""What games answer, good and hostile ones, over real sockets: never more than 3 seconds, never more than 64 KiB."""

from __future__ import annotations

import asyncio
import bz2
import json
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.games import BedrockGame, JavaGame, SourceGame
from bot.demo.games.datagrams import LOOPBACK, DatagramGame
from bot.demo.games.java import varint
from bot.demo.games.source import SPLIT, split
from bot.domain.probe import GameAnswer, Probe, Protocol, Tcp
from bot.net.asking import SECONDS, Asker
from bot.net.bedrock import BedrockPing
from bot.net.bounded import MOST, Connector, Datagrams, Stream, Unreadable
from bot.net.guard import Guard
from bot.net.java import entry
from bot.net.source import Pieces
from tests.net.hostile import (
    HOSTILE_TEXT,
    Challenging,
    Dripping,
    Echo,
    Endless,
    Flooding,
    InPieces,
    OtherPong,
    Saying,
    Telling,
    status_packet,
)

SLACK = 0.7
"""Seconds that a busy machine may add."""


class Counting(Connector):
    """The bot's own way to an address, with what is read of each stream counted."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []

    async def stream(self, address: str, port: int) -> Stream:
        """Open a stream, and keep it."""
        opened = await super().stream(address, port)
        self.streams.append(opened)
        return opened


async def ask(port: int, *, host: str = LOOPBACK) -> Probe:
    """Ask what answers at a port of this machine, as the bot does."""
    return await Asker(Guard(private=True, never=())).ask(host, port)


async def timed(port: int) -> tuple[Probe, float]:
    """Ask, and return how long it took."""
    began = time.monotonic()
    return await ask(port), time.monotonic() - began


# --------------------------------------------------------------------------------------------------------- good ones


async def test_a_java_server_tells_version_players_name_and_time() -> None:
    async with JavaGame(motd={"text": "§aHarbour ", "extra": ["Town", {"text": "!", "bold": True}]}) as game:
        probe = await ask(game.port)

    (answer,) = probe.answers
    assert (answer.protocol, answer.version, answer.players, answer.slots) == (Protocol.JAVA, "1.21.4", 4, 20)
    assert answer.name == "Harbour Town!"
    assert 0 < answer.seconds < 1
    assert probe.tcp is Tcp.ACCEPTED


async def test_a_java_server_that_hides_its_players_is_a_java_server() -> None:
    async with Telling({"version": {"name": "1.21.4", "protocol": 769}, "description": "x"}) as game:
        (answer,) = (await ask(game.port)).answers

    assert (answer.players, answer.slots) == (None, None)


async def test_a_bedrock_server_tells_version_players_name_and_time() -> None:
    async with BedrockGame(name="Harbour | Town") as game:
        probe = await ask(game.port)

    (answer,) = probe.answers
    assert (answer.protocol, answer.version, answer.players, answer.slots) == (Protocol.BEDROCK, "1.21.60", 2, 10)
    assert answer.name == "Harbour | Town"
    assert 0 < answer.seconds < 1
    assert (probe.tcp, probe.strange_udp) == (Tcp.REFUSED, False)


async def test_a_source_game_tells_which_it_is_version_players_name_and_time() -> None:
    async with SourceGame() as game:
        probe = await ask(game.port)

    (answer,) = probe.answers
    assert (answer.protocol, answer.game, answer.version) == (Protocol.SOURCE, "Rust", "2592")
    assert (answer.players, answer.slots, answer.name) == (7, 50, "A Rust island")
    assert 0 < answer.seconds < 1


async def test_a_source_answer_in_pieces_in_any_order_is_put_together() -> None:
    async with InPieces(name="n" * 120) as game:
        pieces = split(game.info(), 3)
        game.pieces = [pieces[2], pieces[0], pieces[2], pieces[1]]

        (answer,) = (await ask(game.port)).answers

    assert answer.name == "n" * 120


async def test_both_games_of_one_port_are_told() -> None:
    async with AsyncExitStack() as stack:
        java = await stack.enter_async_context(JavaGame())
        await stack.enter_async_context(BedrockGame(port=java.port))

        probe = await ask(java.port)

    assert {answer.protocol for answer in probe.answers} == {Protocol.JAVA, Protocol.BEDROCK}


class _DeafAtFirst(BedrockGame):
    """Does not get the first datagram, as happens on the internet."""

    def answers(self, datagram: bytes) -> list[bytes]:
        return super().answers(datagram) if len([d for d in self.heard if d[0] == 1]) > 1 else []


async def test_a_datagram_that_is_lost_is_sent_again_and_the_time_is_that_of_the_one_that_was_answered() -> None:
    async with _DeafAtFirst() as game:
        (answer,) = (await ask(game.port)).answers

    assert answer.protocol is Protocol.BEDROCK
    assert answer.seconds < 0.5


async def test_ipv6_is_asked_as_ipv4_is() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "::1", 0)
    async with server:
        probe = await ask(server.sockets[0].getsockname()[1], host="::1")

    assert probe.tcp is Tcp.ACCEPTED


# ------------------------------------------------------------------------------------------------------ no game there


@asynccontextmanager
async def _taken_and_free() -> AsyncIterator[int]:
    """Yield a port on which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    yield port


async def test_a_port_on_which_nobody_listens_does_not_answer_and_that_is_known_at_once() -> None:
    async with _taken_and_free() as port:
        probe, seconds = await timed(port)

    assert probe.silent
    assert probe.tcp is Tcp.REFUSED
    assert seconds < SLACK


async def test_udp_that_stays_silent_is_no_answer_and_asked_three_times_at_most_in_each_protocol() -> None:
    class Mute(DatagramGame):
        def answers(self, datagram: bytes) -> list[bytes]:
            return []

    async with Mute() as game:
        probe, seconds = await timed(game.port)

    assert probe.silent
    assert not probe.strange_udp
    assert SECONDS - 0.1 < seconds < SECONDS + SLACK
    assert 4 <= len(game.heard) <= 8


@pytest.mark.parametrize(
    "said",
    [
        (),
        (b"SSH-2.0-OpenSSH_9.6\r\n",),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
        (b"\xff" * 64,),
        (b"\xff\xff\xff\xff\x0f",),
        (varint(0),),
        (varint(1) + b"\0",),
        (varint(3) + b"\0\xff\xff",),
        (varint(5) + b"\0\xff\xff\xff\xff",),
        (status_packet(b""),),
        (status_packet(b"null"),),
        (status_packet(b"[]"),),
        (status_packet(b'{"version": 1}'),),
        (status_packet(b'{"version": {"name": null}}'),),
        (status_packet(b'{"version": {"name": "x", "protocol": ' + b"9" * 5_000 + b"}}"),),
        (status_packet(b"[" * 60_000),),
        (status_packet(b'{"a":' * 10_000),),
        (status_packet(b"\xff\xfe\x00"),),
    ],
    ids=lambda said: repr(b"".join(said)[:16]),
)
async def test_what_is_no_list_entry_is_something_that_accepts_tcp(said: tuple[bytes, ...]) -> None:
    async with Saying(*said) as game:
        if said:
            probe = await ask(game.port)
        else:
            async with asyncio.timeout(SECONDS + SLACK):
                probe = await ask(game.port)

    assert probe.answers == ()
    assert probe.tcp is Tcp.ACCEPTED
    assert probe.answered


async def test_what_hangs_up_at_once_is_something_that_accepts_tcp() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.transport.abort(), LOOPBACK, 0)
    async with server:
        probe = await ask(server.sockets[0].getsockname()[1])

    assert (probe.answers, probe.tcp) == ((), Tcp.ACCEPTED)


# ------------------------------------------------------------------------------------------------------------ hostile


async def test_two_gibibytes_that_are_announced_are_not_read() -> None:
    async with Endless() as game:
        probe, seconds = await timed(game.port)
        sent = game.sent

    assert (probe.answers, probe.tcp) == ((), Tcp.ACCEPTED)
    assert seconds < SLACK
    # What the network holds between two sockets of this machine, and not what was announced.
    assert sent < 20_000_000


async def test_no_more_than_64_kib_are_read_of_an_answer() -> None:
    connector = Counting()
    largest = json.dumps({"version": {"name": "x", "protocol": 1}, "description": "d" * (MOST - 200)}).encode()
    async with Telling(largest) as fits, Telling(largest + b" " * 300) as does_not:
        asker = Asker(Guard(private=True, never=()), connector)

        good, bad = await asker.ask(LOOPBACK, fits.port), await asker.ask(LOOPBACK, does_not.port)

    assert good.answers
    assert not bad.answers
    assert all(stream._left >= 0 for stream in connector.streams)


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
    ids=["packed", "no head", "no place", "of none", "large", "short", "nul", "without an end", "other", "empty"],
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


# ---------------------------------------------------------------------------------------------------- whatever comes


@given(payload=st.binary(max_size=200))
def test_whatever_a_status_packet_holds_it_is_an_entry_or_unreadable(payload: bytes) -> None:
    _read_or_not(lambda: entry(payload, 0.1))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["version", "players", "description", "name", "protocol", "online", "max", "text", "extra"]
            ),
            part,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(said=_json)
def test_whatever_an_entry_says_it_is_read_or_unreadable(said: Any) -> None:
    text = json.dumps(said).encode()
    _read_or_not(lambda: entry(b"\0" + varint(len(text)) + text, 0.1))


@given(fields=st.lists(st.text(max_size=8), max_size=12), size=st.integers(0, 0xFFFF))
def test_whatever_a_pong_says_it_is_read_or_unreadable(fields: list[str], size: int) -> None:
    ping = BedrockPing()
    line = ";".join(fields).encode()
    pong = b"\x1c" + ping.question()[1:9] + bytes(8) + ping.question()[9:25] + struct.pack(">H", size) + line
    _read_or_not(lambda: ping.answer(pong))


@given(datagrams=st.lists(st.binary(max_size=40).map(lambda data: SPLIT + data), max_size=6))
def test_whatever_comes_in_pieces_is_whole_or_not_or_unreadable(datagrams: list[bytes]) -> None:
    pieces = Pieces()
    for datagram in datagrams:
        try:
            whole = pieces.add(datagram)
        except Unreadable:
            return
        assert whole is None or isinstance(whole, bytes)


def _read_or_not(read: Callable[[], GameAnswer]) -> None:
    try:
        answer = read()
    except Unreadable:
        return
    assert all(isinstance(text, str) and len(text) <= 300 for text in (answer.version, answer.name, answer.game))
    assert all(number is None or 0 <= number <= 10_000_000 for number in (answer.players, answer.slots))
