"""A restart is followed until the server runs again, and told by what was seen: again, as before, or not known."""

from __future__ import annotations

import pytest

from bot.demo.panel.daemon import Process
from bot.demo.people import Person
from tests.e2e.checks import LOOK
from tests.e2e.power.restarting import SEND, Deaf, pass_time, runs_since, state_of
from tests.e2e.trouble import TroubledStage
from tests.names import links, unnamed
from tests.world import SURVIVAL, World


async def test_a_restart_is_followed_until_it_runs_again(stage: TroubledStage, ann: Person) -> None:
    await state_of(ann)
    stage.panel.requests.clear()

    seen = await ann.press("Restart Survival")
    early = seen.text
    assert stage.changes == [SEND]
    await pass_time(stage, 45)
    text = ann.saw(seen.result).text

    assert "has accepted it" in early
    assert "✅ It is running again, and was started <t:" in text
    assert stage.changes == [SEND]


async def test_once_it_runs_again_nobody_looks_any_more(stage: TroubledStage, ann: Person) -> None:
    await state_of(ann)
    seen = await ann.press("Restart Survival")
    await pass_time(stage, 45)
    told, looks = ann.saw(seen.result).text, stage.asked.count(LOOK)

    await pass_time(stage, 45)

    assert "✅ It is running again" in told
    assert stage.asked.count(LOOK) == looks


async def test_running_as_before_is_never_told_as_running_again(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    process = world.state.process_of(world.survival)
    process.stops = 1000.0
    await state_of(ann)

    seen = await ann.press("Restart Survival")
    await pass_time(stage, 21)
    assert "✅" not in ann.saw(seen.result).text
    await pass_time(stage, 50)
    text = ann.saw(seen.result).text

    assert "It is still stopping after 60 seconds: look at its console on" in text
    assert "✅" not in text


async def test_a_quick_restart_soon_after_a_start_is_told_where_it_was_seen_to_be_down(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read"]
    bob = await stage.linked("bob", world.bob)
    runs_since(stage, world, 1.0).stops = 8.0
    await state_of(ann)
    await bob.run("allocations list", server=SURVIVAL)
    await pass_time(stage, 19)
    seen = await ann.press("Restart Survival")
    await pass_time(stage, 2)
    looked = await bob.press("Is it running?")  # the panel repeats that for 20 seconds
    await pass_time(stage, 68)

    assert "It is stopping." in looked.text
    assert "✅ It is running again, and was started <t:" in ann.saw(seen.result).text


async def test_a_restart_that_nobody_can_tell_from_the_last_start_is_told_as_that(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    runs_since(stage, world, 0.1).stops = 0.1
    await state_of(ann)

    seen = await ann.press("Restart Survival")
    await pass_time(stage, 70)
    told = ann.saw(seen.result)

    assert "I cannot tell whether it was restarted: look at its console on" in told.text
    assert "as before" not in told.text
    assert "✅" not in told.text
    assert "Look again" in told.buttons


async def test_a_young_server_that_did_not_restart_is_told_to_run_as_before(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    runs_since(stage, world, 30.0, Deaf)
    await state_of(ann)

    seen = await ann.press("Restart Survival")
    await pass_time(stage, 70)

    assert "the server still runs as before: look at its console on" in ann.saw(seen.result).text


@pytest.mark.parametrize("ending", ["as before", "still stopping", "unclear"])
async def test_an_ending_that_tells_to_look_at_the_console_has_the_button_to_the_server_on_the_panel(
    stage: TroubledStage, ann: Person, world: World, ending: str
) -> None:
    if ending == "still stopping":
        world.state.process_of(world.survival).stops = 1000.0
    elif ending == "unclear":
        runs_since(stage, world, 0.1).stops = 0.1
    else:
        runs_since(stage, world, 30.0, Deaf)
    await state_of(ann)

    seen = await ann.press("Restart Survival")
    await pass_time(stage, 70)
    told = ann.saw(seen.result)

    assert "look at its console on {panel}" in unnamed(told.text)
    assert links(told) == {"Open the server on {panel}": f"{stage.panel.url}/server/{SURVIVAL}"}


async def test_looks_are_further_apart_than_the_panel_repeats_itself(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.process_of(world.survival).stops = 1000.0
    await state_of(ann)
    stage.panel.requests.clear()

    await ann.press("Restart Survival")
    await pass_time(stage, 18)
    early = stage.asked.count(LOOK)
    await pass_time(stage, 52)

    assert early == 1
    # One with the press, and three within the minute after.
    assert stage.asked.count(LOOK) in (4, 5)
    assert stage.asked.count(SEND) == 1


async def test_a_server_that_is_offline_can_be_started(stage: TroubledStage, ann: Person, world: World) -> None:
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    seen = await state_of(ann)
    assert "Start Survival?" in seen.text
    assert "It is offline." in seen.text
    seen = await ann.press("Start Survival")
    await pass_time(stage, 45)

    assert "✅ It is running, and was started <t:" in ann.saw(seen.result).text


async def test_a_lost_answer_is_not_repeated_and_what_came_of_it_is_told(stage: TroubledStage, ann: Person) -> None:
    await state_of(ann)
    stage.panel.faults.reset_after(method="POST")

    seen = await ann.press("Restart Survival")
    early = seen.text
    await pass_time(stage, 45)

    assert "answer was lost" in early
    assert "✅ It is running again" in ann.saw(seen.result).text
    assert stage.changes.count(SEND) == 1


async def test_an_unlink_while_a_restart_is_followed_ends_that_and_says_so(stage: TroubledStage, ann: Person) -> None:
    await state_of(ann)
    seen = await ann.press("Restart Survival")
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")

    await pass_time(stage, 45)

    assert unnamed(ann.saw(seen.result).text).startswith("🔗 First, link your account on {panel}")
