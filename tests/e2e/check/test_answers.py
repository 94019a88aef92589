"""Something answers: in each protocol it is told which game it is, and nothing more than that."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.games import BedrockGame, JavaGame, SourceGame
from bot.demo.games.bedrock import MAGIC
from bot.demo.games.source import REQUEST
from bot.demo.people import Person
from tests.e2e.checks import VIEW, CheckingStage, check, place
from tests.names import buttons_on
from tests.net.hostile import HOSTILE_TEXT, Saying
from tests.world import World

PING = b"\x01" + MAGIC + bytes(8)
"""A ping without the random bytes that are its time."""


async def test_a_java_server_answers_with_its_version_its_players_and_the_time_it_took(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame(version="1.21.4", players=4, slots=20, motd="Harbour Town") as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers as Minecraft Java 1.21.4: 4 of 20 players, " in seen.text
    assert " ms." in seen.text
    assert "It says of itself: Harbour Town" in seen.text
    assert VIEW in seen.text
    assert buttons_on(seen) == ["Check again", "Back"]
    assert seen.ephemeral
    assert game.asked == [("127.0.0.1", game.port)]


@pytest.mark.parametrize(("slots", "players"), [(-1, "1 player,"), (1, "1 of 1 player,")])
async def test_one_player_is_one_player(
    stage: CheckingStage, ann: Person, world: World, slots: int, players: str
) -> None:
    async with JavaGame(players=1, slots=slots) as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert f": {players} " in seen.text


async def test_a_bedrock_server_answers_with_its_version_its_players_and_the_time_it_took(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with BedrockGame() as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers as Minecraft Bedrock 1.21.60: 2 of 10 players, " in seen.text


async def test_a_source_game_answers_with_its_name_its_version_and_its_players(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with SourceGame(game="Rust", version="2592") as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers to Source queries as Rust 2592: 7 of 50 players, " in seen.text


async def test_something_that_accepts_tcp_is_told_as_that_and_no_more(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with Saying(b"SSH-2.0-OpenSSH_9.6\r\n") as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Something accepts TCP connections, in a protocol I do not know." in seen.text
    assert "OpenSSH" not in seen.text


@pytest.mark.parametrize("said", [b"", b"\x05\0"], ids=["at once", "in the middle"])
async def test_what_hangs_up_is_told_as_something_that_accepts_tcp(
    stage: CheckingStage, ann: Person, world: World, said: bytes
) -> None:
    class HangsUp(JavaGame):
        async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(said)

    async with HangsUp() as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Something accepts TCP connections, in a protocol I do not know." in seen.text


async def test_back_shows_the_ports_own_page(stage: CheckingStage, ann: Person, closed: int) -> None:
    await check(ann, closed)

    seen = await ann.press("Back")

    assert f"Port {closed} · Survival" in seen.text
    assert "Check" in buttons_on(seen)


@pytest.mark.parametrize(
    ("game", "answers"),
    [
        (JavaGame(motd=HOSTILE_TEXT, version=HOSTILE_TEXT), "✅ Answers as Minecraft Java"),
        (BedrockGame(name=HOSTILE_TEXT, version=HOSTILE_TEXT), "✅ Answers as Minecraft Bedrock"),
        (
            SourceGame(name=HOSTILE_TEXT.replace("\0", ""), game=HOSTILE_TEXT[:60], version="@everyone"),
            "✅ Answers to Source queries as",
        ),
    ],
    ids=["java", "bedrock", "source"],
)
async def test_what_a_game_says_of_itself_pings_nobody_and_breaks_nothing(
    stage: CheckingStage, ann: Person, world: World, game: JavaGame | BedrockGame | SourceGame, answers: str
) -> None:
    async with game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert answers in seen.text
    for part in ("@everyone", "<@1>", "**bold**", "](https://", "\u202e", "\x1b", "{panel}", "{/unlink}"):
        assert part not in seen.text
    assert stage.bot.mentions["unlink"] not in seen.text


async def test_nothing_of_who_asks_is_sent_to_the_game(stage: CheckingStage, ann: Person, world: World) -> None:
    class Hearing(JavaGame):
        heard = b""

        async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(65_536):
                self.heard += data

    class Mute(BedrockGame):
        def answers(self, datagram: bytes) -> list[bytes]:
            return []

    async with Hearing() as game, Mute(port=game.port) as over_udp:
        place(world, world.survival, game.port)
        await check(ann, game.port)

    port = game.port.to_bytes(2, "big")
    assert game.heard == b"\x0f\0\x2f\x09127.0.0.1" + port + b"\x01" + b"\x01\0"
    assert {datagram[:1] + datagram[9:] for datagram in over_udp.heard if datagram[0] == 1} == {PING}
    assert {datagram for datagram in over_udp.heard if datagram[0] != 1} == {REQUEST}
