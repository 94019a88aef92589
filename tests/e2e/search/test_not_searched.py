"""What could not be searched, and what others have, is told and never taken for nothing."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.search.searching import FIND, OTHERS, found, linked, user
from tests.stage import Stage
from tests.world import World


# What could not be searched
async def test_servers_that_show_one_port_at_most_are_named_with_the_permission_and_who_grants_it(
    stage: Stage, world: World
) -> None:
    cid = await linked(stage, "cid", world.cid)

    seen = await cid.run(FIND, text="voice")

    assert "No port, address or note on 1 server of yours fits" in seen.text
    assert "On 1 server that others own, I see at most one port: **Survival** `5e000001`" in seen.text
    assert "you lack the panel permission `allocation.read` there, and I could not search them, nor any notes" in (
        seen.text
    )
    assert "Ask the owner to grant it on" in seen.text


async def test_a_server_on_which_one_may_read_is_searched_whole_and_not_called_hidden(
    stage: Stage, world: World
) -> None:
    bob = await linked(stage, "bob", world.bob)
    world.state.add_subuser(world.solo, user(world, "bob"), ["allocation.read"])
    unsure = (await bob.run(FIND, text="voice")).text
    await bob.run("allocations list", server="Solo")

    seen = await bob.run(FIND, text="voice")

    assert "On 1 server that others own, I see at most one port: **Solo**" in unsure
    assert len(found(seen)) == 1
    assert "allocation.read" not in seen.text


@pytest.mark.parametrize("stage", [Flavour.PELICAN], indirect=True, ids=str)
async def test_a_server_at_which_the_panel_fails_is_said_to_be_missing(stage: Stage, world: World) -> None:
    cid = await linked(stage, "cid", world.cid)
    world.state.add_subuser(world.solo, user(world, "cid"), ["allocation.create"])
    world.survival.primary_id = None

    seen = await cid.run(FIND, text="25565")

    assert found(seen) == ["`203.0.113.9:25565` **Primary** @ **Solo** `5e000003`"]
    assert "⚠️ One server you are a member of cannot be listed" in seen.text


async def test_somebody_without_servers_is_told_that_there_is_nothing_to_search(stage: Stage, world: World) -> None:
    eve = await linked(stage, "eve", world.state.add_key(world.state.add_user("eve")))

    seen = await eve.run(FIND, text="25565")

    assert "shows me no servers of yours, so there is nowhere to look for `25565`" in seen.text


# Administrators
async def test_an_administrator_searches_their_own_first_and_those_of_others_by_a_button(
    stage: Stage, world: World
) -> None:
    admin = world.state.add_user("ada", admin=True)
    world.state.add_server(admin, "Office", ip="203.0.113.20", ports=(25565,))
    ada = await linked(stage, "ada", world.state.add_key(admin))

    own = found(await ada.run(FIND, text="25565"))
    asked = list(stage.asked)
    theirs = await ada.press(OTHERS)
    others, words = found(theirs), theirs.text
    back = await ada.press("Search yours")

    assert own == ["`203.0.113.20:25565` **Primary** @ **Office** `5e000004`"]
    assert asked == ["GET /"]
    assert [line.partition("@ ")[2] for line in others] == [
        "**Survival** `5e000001`",
        "**Creative** `5e000002`",
        "**Solo** `5e000003`",
    ]
    assert "I searched 3 servers of other people" in words
    assert "allocation.read" not in words  # an administrator sees everything
    assert found(back) == own
    assert stage.asked == ["GET /", "GET /"]


async def test_an_administrator_opens_what_was_found_on_a_server_of_somebody_else(stage: Stage, world: World) -> None:
    ada = await linked(stage, "ada", world.state.add_key(world.state.add_user("ada", admin=True)))
    nothing = (await ada.run(FIND, text="voice")).text
    await ada.press(OTHERS)

    seen = await ada.choose("5e000001-2")

    assert "shows me no servers of yours" in nothing
    assert f"**{OTHERS}** searches those" in nothing
    assert "🔎 ▫️ `203.0.113.7:25566` · voice lobby" in seen.text


async def test_who_is_no_administrator_is_not_shown_others_even_by_a_forged_button(
    stage: Stage, world: World, ann: Person
) -> None:
    seen = await ann.run(FIND, text="25565")
    assert OTHERS not in seen.buttons
    stage.panel.requests.clear()

    forged = await stage.forge(ann, f"v1:search.list:{ann.id}:others:0:known:tMjU1NjU", on=seen)

    assert "shows other people's servers only to its administrators" in forged.text
    assert stage.asked == []
