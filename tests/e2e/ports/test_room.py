"""The allocation limit: what is said where it leaves no room, by the button, in the lists and in the picker."""

from __future__ import annotations

import pytest

from bot.demo.panel import Server
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


def permit(world: World, name: str, *permissions: str) -> None:
    """Give a subuser of Creative, which is full, these permissions and no others."""
    user = next(user for user in world.state.users.values() if user.username == name)
    world.state.add_subuser(world.creative, user, [f"allocation.{permission}" for permission in permissions])


def keep_the_primary_only(world: World, server: Server) -> None:
    """Take from a server everything but its primary."""
    for row in world.state.allocations_of(server):
        if row.id != server.primary_id:
            world.state.release(row)


@pytest.mark.parametrize(
    ("limit", "usage", "cause"),
    [
        (
            None,
            "1 port used\n",
            "This server has no allocation limit set, so none can be added.",
        ),
        (0, "1 port used\n", "This server's allocation limit is 0, so none can be added."),
        (1, "1 of 1 port used", "This server's allocation limit is 1, and the primary takes it."),
    ],
)
async def test_a_limit_of_none_zero_or_one_is_told_in_its_own_words_by_the_button(
    stage: Stage, world: World, limit: int | None, usage: str, cause: str
) -> None:
    keep_the_primary_only(world, world.survival)
    world.survival.limit = limit
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert usage in seen.text
    assert f"**Add port** is off. {cause} Ask your host to" in unnamed(seen.text)
    assert seen.buttons["Add port"] is False
    assert "Remove a port" not in seen.text


@pytest.mark.parametrize(
    ("limit", "cause"),
    [
        (None, "This server has no allocation limit set, so none can be added."),
        (0, "This server's allocation limit is 0, so none can be added."),
        (1, "This server's allocation limit is 1, and the primary takes it."),
    ],
)
async def test_a_limit_of_none_zero_or_one_is_told_in_the_same_words_by_the_command(
    stage: Stage, world: World, limit: int | None, cause: str
) -> None:
    keep_the_primary_only(world, world.survival)
    world.survival.limit = limit
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="Survival")

    assert "❌ No port can be added to this server" in seen.text
    assert cause in unnamed(seen.text)
    assert "Ask your host to" in seen.text
    assert "elete one" not in seen.text
    assert stage.changes == []


async def test_a_limit_that_only_the_panel_knows_to_be_reached_is_told_without_impossible_advice(
    stage: Stage, world: World
) -> None:
    permit(world, "cid", "create")
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations create", server="Creative")

    assert "❌ The allocation limit is reached" in seen.text
    assert "Ask the server's owner which other ports it has, for you cannot see them" in seen.text
    assert "Remove" not in seen.text


async def test_a_limit_that_was_reached_after_the_reading_is_told_with_a_number_that_makes_sense(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    body = '{"errors":[{"code":"DisplayException","status":"400","detail":"Cannot assign additional allocations to '
    body += 'this server: limit has been reached."}]}'
    stage.panel.faults.answer(400, body, method="POST")

    seen = await ann.run("allocations create", server="Survival")

    assert "❌ The allocation limit is reached" in seen.text
    assert "Remove a port you no longer need, or ask your host to raise the limit." in seen.text


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (None, "2 ports used, and none can be added: its limit is not set\n"),
        (0, "2 ports used, and none can be added: its limit is 0\n"),
        (2, "2 of 2 ports used\n"),
    ],
)
async def test_the_server_list_tells_a_limit_of_zero_from_none(
    stage: Stage, world: World, limit: int | None, words: str
) -> None:
    world.creative.limit = limit
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("servers")

    assert f"**Creative** · {words}" in seen.text


async def test_deleting_is_advised_only_where_it_makes_room(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    full = (await ann.run("allocations list", server="Creative")).text
    world.creative.limit = 1
    over = (await ann.run("allocations list", server="Creative")).text

    assert "2 of 2 ports used\n" in full
    assert "**Add port** is off until there is room: remove a port you no longer need, or ask your host to" in full
    assert "2 of 1 port used\n" in over
    assert "**Add port** is off until there is room: ask your host to raise the limit." in over


async def test_who_may_not_delete_is_not_told_to_delete(stage: Stage, world: World) -> None:
    permit(world, "bob", "read", "create")
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations list", server="Creative")

    assert (
        "**Add port** is off until there is room: ask somebody who may remove a port that nobody needs, or your host "
        "to raise the limit." in seen.text
    )
    assert "Remove a port you no longer need" not in seen.text


async def test_who_sees_only_the_primary_is_told_what_is_certain_all_the_same(stage: Stage, world: World) -> None:
    permit(world, "cid", "create")
    keep_the_primary_only(world, world.creative)
    world.creative.limit = 1
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations list", server="Creative")

    assert seen.buttons["Add port"] is False
    assert "This server's allocation limit is 1, and the primary takes it. Ask your host to raise it." in seen.text


async def test_the_picker_of_create_offers_servers_that_cannot_get_one_last_with_the_reason(
    stage: Stage, world: World
) -> None:
    ann_herself = world.state.users[1]
    names = {"Zero": 0, "Unset": None, "Asleep": 9, "Roomy": 9}
    made = {
        name: world.state.add_server(ann_herself, name, limit=limit, ip=f"198.51.100.{number}", free_ports=())
        for number, (name, limit) in enumerate(names.items(), start=1)
    }
    made["Asleep"].status = "suspended"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create")

    assert list(seen.options) == ["Survival", "Roomy", "Creative", "Zero", "Unset", "Asleep"]
    described = {o["label"]: o["description"] for c in seen.components if c["type"] == 3 for o in c["options"]}
    assert described["Creative"] == "Cannot get one: 2 of 2 ports used"
    assert described["Zero"] == "Cannot get one: the allocation limit is 0"
    assert described["Unset"] == "Cannot get one: its allocation limit is not set"
    assert described["Asleep"] == "Cannot get one: suspended"
    assert "198.51.100.4" in described["Roomy"]
    assert "Those that cannot get one come last, with the reason." in seen.text


async def test_the_picker_of_create_keeps_those_that_can_first_over_its_pages(stage: Stage, world: World) -> None:
    ann_herself = world.state.users[1]
    for number in range(1, 12):
        limit = 9 if number % 2 else 0
        world.state.add_server(ann_herself, f"S{number}", limit=limit, ip=f"198.51.100.{number}", free_ports=())
    ann = await stage.linked("ann", world.ann)

    first = list((await ann.run("allocations create")).options)
    second = list((await ann.press("Next")).options)

    assert first == ["Survival", "S1", "S3", "S5", "S7", "S9", "S11", "Creative", "S2", "S4"]
    assert second == ["S6", "S8", "S10"]


async def test_the_picker_of_list_leaves_full_servers_where_they_are(stage: Stage, world: World) -> None:
    world.survival.limit = 0
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list")

    assert list(seen.options) == ["Survival", "Creative"]
    assert "come last" not in seen.text
