"""A server whose game the panel does not tell: what DNS has is told, and no record of another game is to be changed."""

from __future__ import annotations

import re

import pytest

from bot.demo.nameserver import NameServer
from bot.demo.panel.records import Build
from bot.domain.srv import GAMES
from tests.e2e.naming.given import HERE, NAME, OF_NO_KNOWN_GAME, TEAMSPEAK, ann_named
from tests.stage import Stage
from tests.world import World


@pytest.fixture(autouse=True)
def of_no_known_game(world: World) -> None:
    """Let Survival run on an image that says nothing of its game."""
    world.survival.build = OF_NO_KNOWN_GAME


async def test_the_communitys_teamspeak_under_the_same_name_is_told_and_never_to_be_changed(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {f"{NAME} A": [HERE], TEAMSPEAK: [f"0 5 9987 {NAME}."]}

    _, seen = await ann_named(stage, world)

    assert (
        f"☑️ Its DNS leads to this server. I do not know which game runs on it: players type `{NAME}:25565`" in seen.text
    )
    assert f"For TeamSpeak, its DNS has a record that leads to `{NAME}:9987`, not to the primary." in seen.text
    assert "⚠️" not in seen.text
    assert "SRV" not in seen.text
    assert "To set" not in seen.text


async def test_its_port_is_not_called_the_games_own(stage: Stage, world: World, names: NameServer) -> None:
    names.zone = {f"{NAME} A": [HERE]}

    _, seen = await ann_named(stage, world)

    assert "No port needed" not in seen.text
    assert "or the name alone where `:25565` is their game's own port." in seen.text


async def test_a_record_that_leads_to_the_primary_is_told_beside_one_of_another_game(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone |= {TEAMSPEAK: ["0 0 0 ."]}

    _, seen = await ann_named(stage, world)

    assert "✅ No port needed in Minecraft: its DNS leads to `:25565`, the primary." in seen.text
    assert "For TeamSpeak, its DNS has a record that says that there is no server under this name." in seen.text


async def test_a_name_without_an_address_is_to_be_given_one_and_no_record_of_some_game(
    stage: Stage, world: World, names: NameServer
) -> None:
    world.state.allocations[1].port = 27015
    names.zone = {}

    _, seen = await ann_named(stage, world)

    assert f"has no address in DNS, so players do not find it. To set:\n`{NAME} A {HERE}`" in seen.text
    assert "SRV" not in seen.text


WORDS = {
    "_minecraft._tcp": ("eula", "java_version", "minecraft"),
    "_factorio._udp": ("factorio",),
    "_ts3._udp": ("teamspeak", "ts3"),
    "_mumble._tcp": ("mumble", "murmur"),
    "_cfx._udp": ("fivem", "cfx"),
    "_vintagestory._tcp": ("vintagestory", "vintage-story", "vintage_story"),
}


@pytest.mark.parametrize(("record", "word"), [(record, word) for record in WORDS for word in WORDS[record]])
@pytest.mark.parametrize("place", ["image", "features"])
async def test_a_game_is_known_by_any_of_its_words_in_the_image_or_the_features_and_told_its_own_record(
    stage: Stage, world: World, names: NameServer, *, record: str, word: str, place: str
) -> None:
    world.survival.build = (
        Build(image=f"ghcr.io/Example/{word.upper()}-server:3", features=())
        if place == "image"
        else Build(image=OF_NO_KNOWN_GAME.image, features=(word,))
    )
    world.state.allocations[1].port = 25999
    names.zone = {f"{NAME} A": [HERE]}

    _, seen = await ann_named(stage, world)

    assert f"says no port: players type `{NAME}:25999`" in seen.text
    assert f"`{record}.{NAME} SRV 0 5 25999 {NAME}`" in seen.text
    assert seen.text.count("SRV") == 1


@pytest.mark.parametrize(
    "image",
    [
        *("ghcr.io/bots3/debian:1", "hosts3.example.org/games:rust", "ghcr.io/example/scfx:1", "ghcr.io/example/xeula"),
        *(
            "ghcr.io/example/satisfactory",
            "ghcr.io/example/vintage:story",
            "ghcr.io/example/five-m",
            "minetest/minetest",
        ),
        *("ghcr.io/example/mum-ble", "ghcr.io/example/team-speak", "ghcr.io/example/java:21"),
    ],
)
async def test_a_word_that_only_looks_like_one_of_a_game_names_none(
    stage: Stage, world: World, names: NameServer, image: str
) -> None:
    world.survival.build = Build(image=image, features=("steam_disk_space", "gsl_token"))
    names.zone = {f"{NAME} A": [HERE]}

    _, seen = await ann_named(stage, world)

    assert "I do not know which game runs on it" in seen.text


def test_the_games_are_those_of_this_table_and_each_names_where_its_record_is_from() -> None:
    assert {game.record: game.words for game in GAMES} == WORDS
    assert {game.record: game.port for game in GAMES} == {
        "_minecraft._tcp": 25565,
        "_factorio._udp": 34197,
        "_ts3._udp": 9987,
        "_mumble._tcp": 64738,
        "_cfx._udp": 30120,
        "_vintagestory._tcp": 42420,
    }
    assert [game.name for game in GAMES if not re.search(r"https://\S+/|\w+/\S+\.(?:cpp|cs)|\.dll", game.source)] == []


@pytest.mark.parametrize(
    "build", [OF_NO_KNOWN_GAME, Build(), Build(image="itzg/minecraft-bedrock-server")], ids=["none", "Java", "Bedrock"]
)
async def test_bedrock_is_offered_no_record_which_its_clients_do_not_ask_for(
    stage: Stage, world: World, names: NameServer, build: Build
) -> None:
    world.survival.build = build
    world.state.allocations[1].port = 19132
    names.zone = {f"{NAME} A": [HERE]}

    _, seen = await ann_named(stage, world)

    assert f"players type `{NAME}:19132`, or the name alone where `:19132` is their game's own port." in seen.text
    assert "_minecraft" not in seen.text
