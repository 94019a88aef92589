"""What to write into the game for a port: on its own page and after it was made, with the number, ready to copy."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.stage import Stage
from tests.world import SURVIVAL, World

EXPECTED = {
    "voice chat": ("UDP", "plugins/voicechat/voicechat-server.properties", "port=25566"),
    "Geyser": ("UDP", "plugins/Geyser-Spigot/config.yml", "bedrock:\n  port: 25566"),
    "Dynmap": ("TCP", "plugins/dynmap/configuration.txt", "webserver-port: 25566"),
    "BlueMap": ("TCP", "plugins/BlueMap/webserver.conf", "port: 25566"),
    "squaremap": ("TCP", "plugins/squaremap/config.yml", "settings:\n  internal-webserver:\n    port: 25566"),
    "query": ("UDP", "server.properties", "enable-query=true\nquery.port=25566"),
    "RCON": ("TCP", "server.properties", "enable-rcon=true\nrcon.port=25566"),
    "votes (NuVotifier)": ("TCP", "plugins/Votifier/config.yml", "port: 25566"),
    "Plan": ("TCP", "plugins/Plan/config.yml", "Webserver:\n  Port: 25566"),
}


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


@pytest.mark.parametrize("notes", EXPECTED)
async def test_a_ports_own_page_says_which_file_and_line_of_the_game_takes_the_number(
    ann: Person, world: World, notes: str
) -> None:
    world.state.allocations[2].notes = notes
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    protocol, file, lines = EXPECTED[notes]
    assert f"· {protocol}" in seen.text
    assert f"`{file}`" in seen.text
    assert f"```\n{lines}\n```" in seen.text


async def test_only_the_program_that_the_notes_name_is_told_of(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "BlueMap"
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    assert "Dynmap" not in seen.text
    assert "squaremap" not in seen.text


async def test_votes_at_a_proxy_are_told_the_proxys_file_and_nothing_of_proxies(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "NuVotifier on Velocity"
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    assert seen.text.count("🎮") == 1
    assert "🎮 **Votes** · TCP" in seen.text
    assert "`plugins/nuvotifier/config.toml`" in seen.text
    assert "```\nport = 25566\n```" in seen.text
    assert "plugins/Votifier/config.yml" not in seen.text


@pytest.mark.parametrize("notes", ["backup plan", "statistics", "map of the world", "Plasmo Voice", "no rcon"])
async def test_an_everyday_word_in_other_notes_shows_no_lines_of_a_game(ann: Person, world: World, notes: str) -> None:
    world.state.allocations[2].notes = notes
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    assert f"📝 {notes}" in seen.text
    assert "🎮" not in seen.text
    assert "```" not in seen.text


async def test_voice_chat_is_never_to_get_the_games_port(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "voice"
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    assert "Never give it the game's own port" in seen.text


@pytest.mark.parametrize("notes", ["voice chat", "Dynmap", "RCON", "votes (NuVotifier)", "Plan"])
async def test_the_games_own_port_is_not_offered_to_what_needs_one_of_its_own(
    ann: Person, world: World, notes: str
) -> None:
    world.state.allocations[1].notes = notes
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("play.example.com:25565")

    assert "This is the primary, the game's own port, and this needs a port of its own" in seen.text
    assert "allocations create" in seen.text
    assert "```" not in seen.text
    assert "port=25565" not in seen.text


@pytest.mark.parametrize(
    ("notes", "lines"),
    [
        ("query", "enable-query=true\nquery.port=25565"),
        ("Geyser", "bedrock:\n  port: 25565"),
        ("voice chat on Velocity", "port=25565"),
    ],
)
async def test_what_may_share_the_games_own_port_is_told_so_with_its_lines(
    ann: Person, world: World, notes: str, lines: str
) -> None:
    world.state.allocations[1].notes = notes
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("play.example.com:25565")

    assert f"```\n{lines}\n```" in seen.text
    assert "so both can have it" in seen.text
    assert "Never give it" not in seen.text


async def test_notes_given_to_the_primary_do_not_offer_its_number_to_voice_chat(ann: Person) -> None:
    seen = await ann.run("allocations notes", server=SURVIVAL, allocation="25565", text="voice chat")

    assert "this needs a port of its own" in seen.text
    assert "port=25565" not in seen.text


async def test_a_port_made_the_primary_as_it_is_added_is_not_offered_to_voice_chat(ann: Person, world: World) -> None:
    await ann.run("allocations create", server=SURVIVAL, notes="voice chat", primary=True)
    seen = await ann.press("Add it as the primary")

    new = world.state.allocations_of(world.survival)[-1]
    assert world.survival.primary_id == new.id
    assert f"port={new.port}" not in seen.text
    assert "this needs a port of its own" in seen.text


async def test_behind_a_proxy_no_public_port_is_needed(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "Velocity"
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    assert "The servers behind it need none" in seen.text


async def test_a_port_of_no_known_purpose_has_no_lines_to_write(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "the other one"
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    assert "🎮" not in seen.text


async def test_after_a_port_was_made_for_a_purpose_the_lines_are_there_to_copy(ann: Person, world: World) -> None:
    seen = await ann.run("allocations create", server=SURVIVAL, notes="voice chat")

    new = world.state.allocations_of(world.survival)[-1]
    assert f"```\nport={new.port}\n```" in seen.text


async def test_after_its_notes_were_given_too(ann: Person) -> None:
    seen = await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text="RCON")

    assert "```\nenable-rcon=true\nrcon.port=25566\n```" in seen.text
    assert "Set `rcon.password` as well" in seen.text


ALL_NAMED = "Geyser, voice chat, web map, query, RCON, votes, Plan"


async def test_a_ports_own_page_tells_every_purpose_that_its_notes_name(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = ALL_NAMED
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    assert seen.text.count("🎮") == 7
    assert "Webserver:\n  Port: 25566" in seen.text
    assert "There is no room here" not in seen.text


async def test_after_a_change_each_of_three_purposes_is_told(ann: Person) -> None:
    seen = await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text="voice chat, RCON and query")

    assert seen.text.count("🎮") == 3
    assert "There is no room here" not in seen.text


async def test_after_a_change_it_is_said_how_many_purposes_are_left_out_and_where_they_are(ann: Person) -> None:
    seen = await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text=ALL_NAMED)

    told = seen.text.count("🎮")
    assert 2 <= told < 7
    assert f"no room here for {7 - told} more that these notes name (" in seen.text
    assert "Votes, Plan): choose this port in" in seen.text


@pytest.mark.parametrize(
    ("notes", "file", "others"),
    [
        ("Geyser on Velocity", "plugins/Geyser-Velocity/config.yml", ["Geyser-Spigot", "Geyser-BungeeCord", "Fabric"]),
        ("Geyser (Fabric)", "config/Geyser-Fabric/config.yml", ["Geyser-Spigot", "Geyser-Velocity", "BungeeCord"]),
        ("Geyser NeoForge", "config/Geyser-NeoForge/config.yml", ["Geyser-Spigot", "Geyser-Fabric", "Standalone"]),
        ("Geyser Standalone", "config.yml", ["plugins/", "config/Geyser"]),
        ("Geyser, ViaProxy", "plugins/Geyser/config.yml", ["Geyser-Velocity", "Geyser-BungeeCord", "Standalone"]),
        ("Bedrock, Paper", "plugins/Geyser-Spigot/config.yml", ["Geyser-Velocity", "BungeeCord", "Fabric"]),
        ("Plan on Velocity", "plugins/plan/config.yml", ["plugins/Plan/"]),
        ("Plan BungeeCord", "plugins/Plan/config.yml", ["plugins/plan/"]),
        ("Plan", "plugins/Plan/config.yml", ["plugins/plan/", "on Velocity", "on BungeeCord"]),
    ],
)
async def test_notes_that_name_the_platform_are_told_that_platforms_file_alone(
    ann: Person, world: World, notes: str, file: str, others: list[str]
) -> None:
    world.state.allocations[2].notes = notes
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    told = seen.text.partition("🎮")[2]
    assert f"`{file}`" in told
    assert told.count("```") == 2
    assert not [other for other in others if other in told]


async def test_notes_that_name_no_platform_are_told_every_file_of_geyser(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "Geyser"
    await ann.run("allocations list", server=SURVIVAL)

    seen = await ann.choose("203.0.113.7:25566")

    for folder in ("Geyser-Spigot", "Geyser-Velocity", "Geyser-BungeeCord", "Geyser-Fabric", "Geyser-NeoForge"):
        assert folder in seen.text
