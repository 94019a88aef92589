"""Who says under which name players join a server, and by which ways."""

from __future__ import annotations

import pytest

from tests.e2e.naming.given import BOTH, NAME, named
from tests.stage import Stage
from tests.world import World


@BOTH
async def test_the_owner_says_under_which_name_players_join(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann)

    assert f"✅ Players type `{NAME}` from now on" in seen.text
    assert seen.text.count(NAME) == 1
    assert seen.ephemeral
    assert stage.changes == []


@BOTH
@pytest.mark.parametrize(
    ("permissions", "may"), [(["allocation.read", "allocation.update"], True), (["allocation.read"], False)]
)
async def test_who_has_allocation_update_says_it_and_who_has_not_is_refused_with_the_reason(
    stage: Stage, world: World, permissions: list[str], may: bool
) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], permissions)
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)

    seen = await named(bob)

    assert ("✅ Players type" in seen.text) is may
    assert ("grant you the panel permission `allocation.update`" in seen.text) is not may
    page = await ann.run("allocations address", server="Survival")
    assert (f"Players type `{NAME}`" in page.text) is may


async def test_an_administrator_who_reads_a_server_of_another_says_it_too(stage: Stage, world: World) -> None:
    world.state.users[4].admin = True
    dan = await stage.linked("dan", world.dan)

    seen = await named(dan, server="5e000001")

    assert "✅ Players type" in seen.text


async def test_it_belongs_to_the_server_and_everybody_who_reads_that_server_sees_it(stage: Stage, world: World) -> None:
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await bob.run("servers")
    await named(ann)

    page = (await bob.run("allocations address", server="Survival")).text
    listed = (await bob.run("allocations list", server="Survival")).text

    assert f"🌐 Players type `{NAME}`. Somebody else gave the server this name <t:" in page
    assert f"🌐 Players type `{NAME}`" in listed


async def test_it_says_by_whom_it_was_given_to_that_person(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)

    seen = await ann.run("allocations address", server="Survival")

    assert f"Players type `{NAME}`. You gave the server this name <t:" in seen.text
    assert "The primary is `play.example.com:25565`." in seen.text


async def test_a_button_on_the_primarys_page_leads_to_it_and_a_form_gives_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    await ann.choose("play.example.com:25565")

    page = await ann.press("Players' address")
    form = (await ann.press("Give a name…")).form
    seen = await ann.fill(name=f"  {NAME}:25577 ")

    assert form["title"] == "Players' address · Survival"
    assert f"✅ Players type `{NAME}:25577` from now on" in seen.text
    assert page.message.id == seen.message.id == panel.message.id


async def test_only_the_primarys_page_has_the_button(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    seen = await ann.choose("203.0.113.7:25566")

    assert "Players' address" not in seen.buttons


async def test_the_form_shows_the_name_there_is_and_emptied_it_clears_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann, f"{NAME}:25577")
    await ann.run("allocations address", server="Survival")

    form = (await ann.press("Change name…")).form
    seen = await ann.fill(name="")

    field = form["components"][0]["component"]
    assert field["value"] == f"{NAME}:25577"
    assert not field.get("required", True)
    assert f"✅ Cleared the name.\nBefore: `{NAME}:25577`" in seen.text


async def test_the_form_opens_without_the_name_when_the_panel_does_not_tell_in_time(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    page = await ann.run("allocations address", server="Survival")

    async with stage.slow_panel():
        waiting = await ann.press("Change name…", on=page)
        await stage.env.advance_time(1.9)

    field = ann.saw(waiting.result).form["components"][0]
    assert "value" not in field["component"]
    assert field["component"].get("required", True)
    assert field["description"] == "I could not find out in time what it is now; what you enter replaces it."


async def test_a_new_name_takes_the_place_of_the_earlier_one_whoever_gave_that(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await named(ann)

    seen = await named(bob, "mc.example.net")

    assert f"✅ Players type `mc.example.net` from now on.\nBefore: `{NAME}`" in seen.text
    assert seen.text.count("mc.example.net") == 1


async def test_the_same_name_again_changes_nothing_and_says_so(stage: Stage, world: World) -> None:
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    await named(ann)

    seen = await named(bob, "PLAY.example.ORG.")

    assert "☑️ I had that name already. I changed nothing." in seen.text
    assert "Somebody else gave the server this name" in seen.text
