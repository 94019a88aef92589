"""Suggestions while typing: from memory when it is warm, within two seconds always, never an error."""

from __future__ import annotations

import pytest

from tests.e2e.naming.given import named
from tests.stage import Stage
from tests.world import World, add_servers, fill_up

SERVER_OPTIONS = (
    "allocations list",
    "allocations create",
    "allocations notes",
    "allocations primary",
    "allocations delete",
    "allocations history",
    "allocations address",
)
ALLOCATION_OPTIONS = ("allocations notes", "allocations primary", "allocations delete")


def answers(stage: Stage) -> list[list[str]]:
    """Return the names in every list of suggestions that was sent, oldest first."""
    sent = [call.json for call in stage.env.http_requests if call.path.endswith("/callback")]
    return [[choice["name"] for choice in body["data"]["choices"]] for body in sent if body and body["type"] == 8]


@pytest.mark.parametrize("command", SERVER_OPTIONS)
async def test_servers_are_suggested_with_their_identifier_as_value(stage: Stage, world: World, command: str) -> None:
    ann = await stage.linked("ann", world.ann)

    found = await ann.suggest(command, "server", "")

    assert found == {"Survival · 5e000001": "5e000001", "Creative · 5e000002": "5e000002"}


@pytest.mark.parametrize("command", ALLOCATION_OPTIONS)
async def test_allocations_of_the_server_filled_in_are_suggested_with_their_id_as_typed(
    stage: Stage, world: World, command: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    found = await ann.suggest(command, "allocation", "", server="Survival")

    assert found == {"play.example.com:25565 · Primary": "#1", "203.0.113.7:25566 · voice lobby": "#2"}


async def test_a_suggestion_that_was_taken_works(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    server = (await ann.suggest("allocations notes", "server", "surv"))["Survival · 5e000001"]
    found = await ann.suggest("allocations notes", "allocation", "voice", server=server)

    await ann.run("allocations notes", server=server, allocation=next(iter(found.values())), text="taken")

    assert world.state.allocations[2].notes == "taken"


@pytest.mark.parametrize("typed", ["creat", "CREAT", "reativ", "5e000002", "203.0.113.8"])
async def test_servers_are_found_by_part_of_name_identifier_or_address(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)

    found = await ann.suggest("allocations list", "server", typed)

    assert list(found.values()) == [world.creative.identifier]


@pytest.mark.parametrize("typed", ["play.example.org", "EXAMPLE.ORG", "play.example.org:25577"])
async def test_a_server_is_found_by_the_name_that_somebody_gave_it(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann, "play.example.org:25577", server="Creative")

    found = await ann.suggest("allocations list", "server", typed)

    assert list(found.values()) == [world.creative.identifier]


@pytest.mark.parametrize("typed", ["25566", "203.0.113.7:25566", "voice", "VOICE", "2556", "#2"])
async def test_allocations_are_found_by_port_address_or_notes(stage: Stage, world: World, typed: str) -> None:
    world.state.allocations[1].port = 25000
    ann = await stage.linked("ann", world.ann)

    found = await ann.suggest("allocations notes", "allocation", typed, server=world.survival.identifier)

    assert list(found.values()) == ["#2"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("play.example.net", "play.example.com:25565"),
        ("PLAY.example.net:25565", "play.example.com:25565"),
        ("play.example.net:25566", "203.0.113.7:25566"),
        ("play.example.net:25577", None),
    ],
)
async def test_a_port_is_suggested_and_meant_by_the_name_that_somebody_gave_its_server(
    stage: Stage, world: World, typed: str, address: str | None
) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann, "play.example.net")

    suggested = await ann.suggest("allocations notes", "allocation", typed, server="5e000001")
    seen = await ann.run("allocations notes", server="5e000001", allocation=typed, text="by its name")

    assert [words.partition(" ")[0] for words in suggested] == ([] if address is None else [address])
    assert ("This server has no port with that number" in seen.text) is (address is None)
    assert (f"`{address}`: by its name" in seen.text) is (address is not None)


async def test_names_that_begin_with_what_was_typed_come_first(stage: Stage, world: World) -> None:
    world.state.add_server(world.state.users[1], "My Creative Two", ip="198.51.100.8", free_ports=())
    world.state.servers[world.creative.id].name = "Creative"
    ann = await stage.linked("ann", world.ann)

    found = await ann.suggest("allocations list", "server", "creative")

    assert [name.split(" · ")[0] for name in found] == ["Creative", "My Creative Two"]


async def test_a_state_that_blocks_changes_is_told_in_the_suggestion(stage: Stage, world: World) -> None:
    world.creative.status = "suspended"
    ann = await stage.linked("ann", world.ann)

    found = await ann.suggest("allocations list", "server", "creative")

    assert list(found) == ["Creative · 5e000002 · suspended"]


async def test_a_person_with_one_server_gets_its_allocations_without_naming_it(stage: Stage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)

    found = await dan.suggest("allocations notes", "allocation", "")

    assert list(found) == ["203.0.113.9:25565 · Primary"]


async def test_with_several_servers_and_none_named_no_allocation_is_suggested(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    assert await ann.suggest("allocations notes", "allocation", "") == {}
    assert await ann.suggest("allocations notes", "allocation", "", server="nonsense") == {}


async def test_at_most_25_are_suggested_and_typing_finds_the_others(stage: Stage, world: World) -> None:
    names = add_servers(world, 40)
    fill_up(world, world.survival, 40)
    ann = await stage.linked("ann", world.ann)

    servers = await ann.suggest("allocations list", "server", "")
    last = await ann.suggest("allocations list", "server", names[-1])
    rows = await ann.suggest("allocations notes", "allocation", "", server="Survival")
    row = await ann.suggest("allocations notes", "allocation", "26037", server="Survival")

    assert len(servers) == 25
    assert [name.split(" · ")[0] for name in last] == [names[-1]]
    assert len(rows) == 25
    assert list(row) == ["203.0.113.7:26037"]


async def test_warm_suggestions_ask_the_panel_nothing(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    for typed in ("", "s", "su", "sur"):
        await ann.suggest("allocations list", "server", typed)
    await ann.suggest("allocations notes", "allocation", "255", server="Survival")

    assert stage.asked == []


async def test_cold_suggestions_ask_the_panel_once_for_all_keystrokes(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    async with stage.slow_panel():
        for typed in ("", "s", "su"):
            await ann.suggest("allocations list", "server", typed)
    found = await ann.suggest("allocations list", "server", "sur")

    assert list(found.values()) == [world.survival.identifier]
    assert stage.asked == ["GET /"]


async def test_a_held_panel_gives_an_empty_list_within_two_seconds(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    async with stage.slow_panel():
        await ann.suggest("allocations list", "server", "")
        before = answers(stage)
        await stage.env.advance_time(2.0)
        after = answers(stage)

    assert before == []
    assert after == [[]]


async def test_the_late_answer_warms_the_memory(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    async with stage.slow_panel():
        await ann.suggest("allocations list", "server", "")
        await stage.env.advance_time(2.0)
    stage.panel.requests.clear()

    found = await ann.suggest("allocations list", "server", "")

    assert len(found) == 2
    assert stage.asked == []


@pytest.mark.parametrize("command", SERVER_OPTIONS)
async def test_suggestions_for_somebody_not_linked_are_empty_not_an_error(stage: Stage, command: str) -> None:
    ann = stage.person("ann")

    assert await ann.suggest(command, "server", "") == {}
    assert answers(stage) == [[]]


async def test_suggestions_with_a_refused_key_are_empty_not_an_error(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    world.state.revoke(world.ann)

    assert await ann.suggest("allocations list", "server", "") == {}
    assert await ann.suggest("allocations notes", "allocation", "", server="Survival") == {}
    assert answers(stage) == [[], []]


async def test_nobody_is_suggested_anothers_servers(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    await ann.suggest("allocations list", "server", "")

    assert list((await bob.suggest("allocations list", "server", "")).values()) == [world.survival.identifier]
    assert await bob.suggest("allocations notes", "allocation", "", server=world.creative.identifier) == {}


async def test_suggestions_follow_a_change_at_once(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="fresh words")

    found = await ann.suggest("allocations notes", "allocation", "", server="Survival")

    assert "203.0.113.7:25566 · fresh words" in found


async def test_a_subuser_without_read_is_suggested_the_primary_only(stage: Stage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)

    found = await cid.suggest("allocations notes", "allocation", "", server="Survival")

    assert list(found.values()) == ["#1"]
