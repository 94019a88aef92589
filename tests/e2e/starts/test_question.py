"""After the next start: which changes a game has not seen, said wherever it is asked what the server does."""

from __future__ import annotations

import pytest

from bot.demo.panel.daemon import Process
from bot.demo.people import Person
from tests.e2e.power.restarting import pass_time, promote, restarted, state_of
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World

MARK = "⏳ **After the next start** these take effect:"


# ------------------------------------------------------------------------------------- where it is asked


async def test_a_restart_that_did_not_come_about_leaves_the_addresses_marked(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    promote(world)
    world.state.process_of(world.survival).stops = 1000.0
    await state_of(ann)

    seen = await restarted(stage, ann, 70)

    assert "It is still stopping after 60 seconds" in seen.text
    assert MARK in seen.text
    assert "▫️ `203.0.113.7:25566` became the primary <t:" in seen.text


async def test_a_restart_that_came_about_takes_the_mark_away(stage: TroubledStage, ann: Person, world: World) -> None:
    promote(world)
    before = (await state_of(ann)).text

    seen = await restarted(stage, ann, 45)
    after = await state_of(ann)

    assert MARK in before
    assert MARK not in seen.text
    assert MARK not in after.text


async def test_a_restart_on_the_panels_own_page_takes_the_mark_away_too(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    promote(world)
    before = (await state_of(ann)).text
    await pass_time(stage, 30)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 0.0)
    await pass_time(stage, 5)

    after = await state_of(ann)

    assert MARK in before
    assert MARK not in after.text


async def test_a_server_that_is_offline_says_that_what_was_changed_takes_effect_when_it_starts(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    seen = await state_of(ann)

    assert "It is offline. Whatever was changed takes effect when it starts." in seen.text


# --------------------------------------------------------------------- who may look, and no more than look


async def test_what_the_server_does_is_shown_to_whoever_sees_it_with_the_marks_and_nothing_to_press(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "activity.read"]
    bob = await stage.linked("bob", world.bob)
    promote(world)
    on_the_list = list((await bob.run("allocations list", server=SURVIVAL)).buttons)

    seen = await bob.press("Is it running?")

    assert "Restart…" not in on_the_list
    assert "It is running, and was started <t:" in seen.text
    assert MARK in seen.text
    assert "You lack the panel permission `control.restart`." in seen.text
    assert list(seen.buttons) == ["Back", "Look again"]
    assert stage.changes == []


@pytest.mark.parametrize("permission", ["control.start", "control.restart"])
async def test_whoever_may_start_or_restart_it_has_the_button_that_asks(
    stage: TroubledStage, world: World, permission: str
) -> None:
    world.survival.subusers[2] = ["allocation.read", permission]
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations list", server=SURVIVAL)

    assert "Restart…" in seen.buttons
    assert "Is it running?" not in seen.buttons
