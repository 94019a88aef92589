"""A server at which the panel fails takes nothing else with it: all others are listed, and the rest still works."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World

on_both_panels = pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True, ids=str)


def add_servers(world: World, count: int) -> None:
    """Give cid a part in more servers, without the right to read their allocations."""
    state = world.state
    ann, cid = (next(user for user in state.users.values() if user.username == name) for name in ("ann", "cid"))
    for number in range(count):
        server = state.add_server(ann, f"World {number:02}", ip="203.0.113.50", ports=(30000 + number,))
        state.add_subuser(server, cid, ["control.console"])


def break_server(world: World, name: str) -> None:
    """Take the primary away from a server, as deleting it on Pelican does."""
    server = next(server for server in world.state.servers.values() if server.name == name)
    world.state.allocations[server.primary_id or 0].server_id = None


@on_both_panels
async def test_a_broken_server_leaves_all_others_in_the_list(stage: Stage, world: World) -> None:
    add_servers(world, 12)
    break_server(world, "World 07")
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("servers")
    suggested = await cid.suggest("allocations list", "server", "World")

    assert "❌" not in seen.text
    assert "Survival" in seen.text
    assert {name.split(" · ")[0] for name in suggested} == {f"World {number:02}" for number in range(12)} - {"World 07"}


@on_both_panels
async def test_the_list_says_what_is_missing_and_who_mends_it(stage: Stage, world: World) -> None:
    add_servers(world, 2)
    break_server(world, "World 01")
    cid = await stage.linked("cid", world.cid)

    listed = (await cid.run("servers")).text
    picker = (await cid.run("allocations list")).text

    for words in (listed, picker):
        assert "One server you are a member of cannot be listed" in words
        assert "usually because it has no primary port. Its owner can mend that by setting one" in words
    assert "2 servers on your panel account" in listed


@pytest.mark.parametrize("just_linked", [True, False])
async def test_a_member_of_one_server_that_is_listed_and_one_that_is_not_is_asked_which(
    stage: Stage, world: World, just_linked: bool
) -> None:
    add_servers(world, 1)
    break_server(world, "World 00")
    cid = await stage.linked("cid", world.cid)
    if not just_linked:
        await stage.restart()

    seen = await cid.run("allocations list")

    assert "Which server?" in seen.text
    assert list(seen.options) == ["Survival"]


@on_both_panels
async def test_the_other_servers_of_such_a_member_can_be_changed(stage: Stage, world: World) -> None:
    add_servers(world, 3)
    break_server(world, "World 01")
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations create", server="Survival")

    assert "✅ Added" in seen.text


async def test_a_panel_that_fails_at_everything_is_asked_few_times_and_told_as_failing(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.database_down = True

    seen = await ann.run("servers")

    assert unnamed(seen.text).startswith("❌ {panel} had an internal error")
    assert len(stage.panel.requests) == 4
