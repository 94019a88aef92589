"""A port for a protocol that the check cannot hear: told as that, unless something answers there all the same."""

from __future__ import annotations

import pytest

from bot.demo.games import JavaGame
from bot.demo.panel.records import Build
from bot.demo.people import Person
from tests.e2e.checks import NOTHING, CheckingStage, check, place
from tests.names import buttons_on
from tests.world import World


@pytest.mark.parametrize(
    ("notes", "image", "what"),
    [
        ("voice chat", "itzg/minecraft-server", "Voice chat"),
        ("voice chat", "yolks:debian", "Voice chat"),
        ("query", "itzg/minecraft-server", "Minecraft's query"),
        ("query", "yolks:debian", None),
        ("voice chat, web map", "itzg/minecraft-server", None),
        ("web map", "itzg/minecraft-server", None),
        (None, "itzg/minecraft-server", None),
    ],
)
async def test_a_port_whose_protocol_it_cannot_hear_is_told_as_that_and_not_offered_again(
    stage: CheckingStage, ann: Person, world: World, closed: int, *, notes: str | None, image: str, what: str | None
) -> None:
    row = next(row for row in world.state.allocations.values() if row.port == closed)
    row.notes = notes
    world.survival.build = Build(image=image, features=())

    seen = await check(ann, closed)

    assert NOTHING in seen.text
    assert (f"🔇 {what} speaks a protocol over UDP that I do not know" in seen.text) is (what is not None)
    assert ("🔇" in seen.text) is (what is not None)
    assert ("Check again" in buttons_on(seen)) is (what is None)
    assert "Back" in buttons_on(seen)


@pytest.mark.parametrize(("image", "deaf"), [("factorio:latest", True), ("teamspeak:3", True), ("mumble:1", False)])
async def test_so_is_the_primary_of_a_game_whose_protocol_it_does_not_know(
    stage: CheckingStage, ann: Person, world: World, closed: int, image: str, *, deaf: bool
) -> None:
    row = next(row for row in world.state.allocations.values() if row.port == closed)
    world.survival.primary_id = row.id
    world.survival.build = Build(image=image, features=())

    seen = await check(ann, closed)

    assert ("🔇" in seen.text) is deaf
    assert ("Check again" in buttons_on(seen)) is not deaf


async def test_what_answers_there_all_the_same_is_told_and_offered_again(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        world.state.allocations[row].notes = "voice chat"

        seen = await check(ann, game.port)

    assert "✅ Answers as Minecraft Java" in seen.text
    assert "🔇" not in seen.text
    assert "Check again" in buttons_on(seen)
