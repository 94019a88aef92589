"""Pelican, and both versions of Pterodactyl: the same bot is right on each."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from tests.names import undo_of, unnamed
from tests.stage import Stage
from tests.world import World

on_pelican = pytest.mark.parametrize("stage", [Flavour.PELICAN], indirect=True, ids=str)
on_every_panel = pytest.mark.parametrize("stage", list(Flavour), indirect=True, ids=str)


@on_every_panel
async def test_a_whole_visit_works_on_every_panel(stage: Stage, world: World) -> None:
    ann = stage.person("ann")

    await ann.link(world.ann)
    await ann.run("allocations create", server="Survival", notes="query")
    new = world.state.allocations_of(world.survival)[2]
    await ann.run("allocations primary", server="Survival", allocation=str(new.port))
    await ann.press(undo_of(ann.seen))
    await ann.run("allocations notes", server="Survival", allocation=str(new.port), text=" ")
    await ann.run("allocations delete", server="Survival", allocation=str(new.port))
    seen = await ann.press(f"Remove 203.0.113.7:{new.port}")

    assert "✅ Removed" in seen.text
    assert "2 of 5 ports used" in seen.text
    assert new.server_id is None
    assert world.survival.primary_id == 1


@on_pelican
async def test_a_pelican_key_can_be_linked_and_is_masked(stage: Stage, world: World) -> None:
    key = world.state.add_key(world.state.users[1], token="pacc_" + "7" * 43)
    ann = stage.person("ann")

    seen = await ann.link(key)

    assert "✅ Linked" in seen.text
    assert "`pacc_…7777`" in seen.text
    assert key not in seen.text


@on_pelican
async def test_pelican_is_never_asked_to_delete_the_primary(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations delete", server="Survival", allocation="25565")

    assert "The primary cannot be removed" in seen.text
    assert stage.changes == []


@on_pelican
async def test_pelican_is_not_asked_to_delete_what_became_the_primary_after_the_question(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    world.survival.primary_id = 2

    seen = await ann.press("Remove 203.0.113.7:25566")

    assert "is the primary at this moment. Nothing was removed." in seen.text
    assert stage.panel.requests.count(method="DELETE") == 0
    assert world.state.allocations[2].server_id == world.survival.id


@on_pelican
async def test_pelican_is_not_asked_to_delete_what_a_subuser_promoted_at_the_same_time(
    stage: Stage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update"]
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations list", server="Survival")
    await ann.run("allocations delete", server="Survival", allocation="25566")

    async with stage.slow_panel():
        await bob.run("allocations primary", server="Survival", allocation="25566")
        deleted = await ann.press("Remove 203.0.113.7:25566")

    assert "is the primary at this moment" in ann.saw(deleted.result).text
    assert stage.panel.requests.count(method="DELETE") == 0
    assert world.state.allocations[2].server_id == world.survival.id


@on_pelican
async def test_a_stale_detail_screen_cannot_delete_the_primary_on_pelican(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")
    world.survival.primary_id = 2

    seen = await ann.press("Remove…")

    assert "is the primary at this moment" in seen.text
    assert stage.changes == []


@pytest.mark.parametrize("stage", [Flavour.PELICAN, Flavour.PTERODACTYL_1_12], indirect=True, ids=str)
async def test_a_third_creation_within_a_minute_is_told_when_it_is_possible(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    await ann.run("allocations create", server="Survival")

    seen = await ann.run("allocations create", server="Survival")

    assert "{panel} asks me to slow down" in unnamed(seen.text)
    assert "<t:" in seen.text
    assert len(world.state.allocations_of(world.survival)) == 4
    assert "✅" in (await ann.run("allocations notes", server="Survival", allocation="25566", text="x")).text


@on_pelican
async def test_the_creations_of_one_server_do_not_use_up_anothers(stage: Stage, world: World) -> None:
    world.creative.limit = 9
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    await ann.run("allocations create", server="Survival")

    seen = await ann.run("allocations create", server="Creative")

    assert "✅ Added" in seen.text
