"""Something answers: in each protocol it is told which game it is, and nothing more than that."""

from __future__ import annotations

from bot.demo.games import BedrockGame, JavaGame, SourceGame
from bot.demo.people import Person
from tests.e2e.checks import VIEW, CheckingStage, check, place
from tests.names import buttons_on
from tests.net.hostile import HOSTILE_TEXT, Saying
from tests.world import World


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


async def test_back_shows_the_ports_own_page(stage: CheckingStage, ann: Person, closed: int) -> None:
    await check(ann, closed)

    seen = await ann.press("Back")

    assert f"Port {closed} · Survival" in seen.text
    assert "Check" in buttons_on(seen)


async def test_what_a_game_says_of_itself_pings_nobody_and_breaks_nothing(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame(motd=HOSTILE_TEXT, version=HOSTILE_TEXT) as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers as Minecraft Java" in seen.text
    for part in ("@everyone", "<@1>", "**bold**", "](https://", "\u202e", "\x1b", "{panel}", "{/unlink}"):
        assert part not in seen.text
    assert stage.bot.mentions["unlink"] not in seen.text
