"""The panel's limit on creations on one server: told with a live time, and not tested in vain."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from tests.e2e.limits.held_back import CREATES, seconds_until
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World

THROTTLED = [Flavour.PTERODACTYL_1_12, Flavour.PELICAN]


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_a_third_creation_within_a_minute_is_told_when_it_is_possible(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = [(await ann.run("allocations create", server="Survival")) for _ in range(3)]

    assert "✅ Added" in seen[0].text
    assert "✅ Added" in seen[1].text
    assert "{panel} asks me to slow down" in unnamed(seen[2].text)
    assert "only so many ports to one server" in seen[2].text
    assert 50 <= seconds_until(stage, seen[2]) <= 62
    assert len(world.state.allocations_of(world.survival)) == 4


async def test_a_refused_creation_is_not_sent_again_until_the_time_the_panel_named(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    for _ in range(3):
        await ann.run("allocations create", server="Survival")
    stage.panel.requests.clear()

    held_back = (await ann.run("allocations create", server="Survival")).text
    sent_meanwhile = list(stage.changes)
    stage.panel.advance(61)
    later = (await ann.run("allocations create", server="Survival")).text

    assert "{panel} asks me to slow down" in unnamed(held_back)
    assert sent_meanwhile == []
    assert "✅ Added" in later
    assert stage.changes == [CREATES]


async def test_creations_that_somebody_made_on_the_panel_count_too(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for _ in range(2):
        stage.panel.throttle.hit(f"creates on server {world.survival.id}", 2)

    first = await ann.run("allocations create", server="Survival")
    told = first.text
    second = await ann.run("allocations create", server="Survival")

    assert "{panel} asks me to slow down" in unnamed(told)
    assert "only so many ports to one server" in told
    assert 50 <= seconds_until(stage, second) <= 62
    assert stage.changes == [CREATES]
    assert len(world.state.allocations_of(world.survival)) == 2


async def test_the_creations_of_one_person_count_for_everybody_on_that_server_as_the_panel_says(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    cid = await stage.linked("cid", world.cid)
    for _ in range(2):
        await ann.run("allocations create", server="Survival")

    seen = await cid.run("allocations create", server="Survival")

    assert "{panel} asks me to slow down" in unnamed(seen.text)
    assert "only so many ports to one server" in seen.text
    assert len(world.state.allocations_of(world.survival)) == 4


async def test_another_server_and_every_other_change_are_not_held_back(stage: TroubledStage, world: World) -> None:
    world.creative.limit = 5
    ann = await stage.linked("ann", world.ann)
    for _ in range(3):
        await ann.run("allocations create", server="Survival")

    created = (await ann.run("allocations create", server="Creative")).text
    noted = (await ann.run("allocations notes", server="Survival", allocation="25566", text="map")).text
    listed = (await ann.run("allocations list", server="Survival")).text

    assert "✅ Added" in created
    assert "✅ Noted `" in noted
    assert "4 of 5 ports used" in listed


async def test_the_small_limit_of_creations_is_not_taken_for_the_accounts(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for _ in range(3):
        await ann.run("allocations create", server="Survival")

    seen = await ann.run("servers")

    assert "2 servers on your panel account" in seen.text


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11], indirect=True)
async def test_a_panel_without_that_limit_creates_as_often_as_asked(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    texts = [(await ann.run("allocations create", server="Survival")).text for _ in range(3)]

    assert ["✅ Added" in text for text in texts] == [True, True, True]


async def test_failed_creations_count_as_the_panel_counts_them(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.auto_allocation = False
    for _ in range(2):
        refused = await ann.run("allocations create", server="Survival")
        assert "❌ {panel} does not let members add ports" in unnamed(refused.text)

    seen = await ann.run("allocations create", server="Survival")

    assert "{panel} asks me to slow down" in unnamed(seen.text)
