"""What games answer, and what is no game, over real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import IPv4Address

import pytest

from bot.demo.games import BedrockGame, JavaGame, SourceGame
from bot.demo.games.datagrams import LOOPBACK, DatagramGame
from bot.demo.games.java import packet, varint
from bot.demo.games.source import SINGLE, split
from bot.domain.probe import Protocol, Refusal, Tcp
from bot.net.asking import SECONDS, Asker
from bot.net.guard import Guard, Place
from tests.net.asking import SLACK, ask, timed
from tests.net.hostile import (
    InPieces,
    Saying,
    Telling,
    status_packet,
)


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


async def test_a_game_of_before_source_is_one_too_and_tells_no_version() -> None:
    texts = b"".join(f"{text}\0".encode() for text in ("192.0.2.7:27015", "Half an island", "crossfire", "valve", "HL"))
    async with InPieces(SINGLE + b"m" + texts + bytes([5, 32, 47]) + b"dl" + bytes([0, 0, 1, 0])) as game:
        (answer,) = (await ask(game.port)).answers

    assert (answer.protocol, answer.game, answer.version) == (Protocol.SOURCE, "HL", "")
    assert (answer.name, answer.players, answer.slots) == ("Half an island", 5, 32)


async def test_a_source_answer_in_pieces_in_any_order_is_put_together() -> None:
    async with InPieces(name="n" * 120) as game:
        pieces = split(game.info(), 3)
        game.pieces = [pieces[2], pieces[0], pieces[2], pieces[1]]

        (answer,) = (await ask(game.port)).answers

    assert answer.name == "n" * 120


async def test_pieces_of_two_source_answers_are_not_mixed() -> None:
    async with InPieces(name="n" * 120) as game:
        earlier = split(SourceGame(name="e" * 120).info(), 2, number=1)
        game.pieces = [earlier[1], *split(game.info(), 2, number=2)]

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


class _Mute(DatagramGame):
    """Says nothing."""

    def answers(self, datagram: bytes) -> list[bytes]:
        return []


async def test_once_a_game_has_answered_the_rest_is_waited_for_half_a_second_and_no_longer() -> None:
    async with AsyncExitStack() as stack:
        java = await stack.enter_async_context(JavaGame())
        await stack.enter_async_context(_Mute(port=java.port))

        probe, seconds = await timed(java.port)

    assert [answer.protocol for answer in probe.answers] == [Protocol.JAVA]
    assert 0.4 < seconds < 0.5 + SLACK


async def test_udp_that_stays_silent_is_no_answer_and_asked_three_times_at_most_in_each_protocol() -> None:
    async with _Mute() as game:
        probe, seconds = await timed(game.port)

    assert probe.silent
    assert not probe.strange_udp
    assert SECONDS - 0.1 < seconds < SECONDS + SLACK
    assert 4 <= len(game.heard) <= 8


ENTRY = b'{"version": {"name": "x", "protocol": 1}}'


@pytest.mark.parametrize(
    "said",
    [
        (),
        (packet(1, varint(len(ENTRY)) + ENTRY),),
        (packet(0, varint(len(ENTRY) - 1) + ENTRY),),
        (packet(0, varint(len(ENTRY) + 1) + ENTRY),),
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


# ------------------------------------------------------------------------------------------------------- a slow look-up


def slow(seconds: float, *never: Place) -> Guard:
    """Return a guard whose names all lead to this machine, after a while."""

    async def resolve(_: str) -> list[IPv4Address]:
        found: asyncio.Future[list[IPv4Address]] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(seconds, found.set_result, [IPv4Address(LOOPBACK)])
        return await asyncio.shield(found)

    return Guard(private=True, never=never, resolve=resolve)


async def test_a_name_that_is_not_looked_up_within_the_three_seconds_is_one_that_could_not_be() -> None:
    async with JavaGame() as game:
        began = time.monotonic()
        probe = await Asker(slow(SECONDS + 2)).ask("play.example.org", game.port)
        seconds = time.monotonic() - began

    assert probe.refusal is Refusal.UNKNOWN_NAME
    assert game.asked == []
    assert SECONDS - 0.1 < seconds < SECONDS + SLACK


async def test_where_the_panel_is_not_looked_up_in_time_its_port_is_not_asked_and_no_name_is_blamed() -> None:
    async with JavaGame() as game:
        guard = slow(SECONDS + 2, Place("panel.example.org", game.port))
        probe = await Asker(guard).ask(LOOPBACK, game.port)

    assert probe.refusal is Refusal.MAYBE_OURS
    assert game.asked == []


async def test_what_the_look_up_took_is_of_the_three_seconds() -> None:
    async with Saying() as game:
        began = time.monotonic()
        probe = await Asker(slow(SECONDS - 1)).ask("play.example.org", game.port)
        seconds = time.monotonic() - began

    assert probe.tcp is Tcp.ACCEPTED
    assert SECONDS - 0.1 < seconds < SECONDS + SLACK
