"""Games that mean harm over TCP, or in what they say of themselves: nobody waits for them, and nothing breaks."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.demo.games import BedrockGame, JavaGame, SourceGame
from bot.demo.games.datagrams import LOOPBACK
from bot.domain.probe import Tcp
from bot.net.asking import SECONDS, Asker
from bot.net.bounded import MOST, Connector
from bot.net.guard import Guard
from tests.net.asking import SLACK, ask, timed
from tests.net.counting import Counting
from tests.net.hostile import (
    HOSTILE_TEXT,
    Dripping,
    Endless,
    Telling,
)


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
