"""A server of which the panel repeats that it is offline, while somebody has started it; and one of unknown age."""

from __future__ import annotations

from bot.demo.panel.daemon import RUNNING, Process, Step
from bot.demo.people import Person
from tests.e2e.checks import LOOK, CheckingStage
from tests.e2e.power.restarting import SEND, pass_time, state_of
from tests.names import unnamed
from tests.world import World

ALREADY = "☑️ It was running already, since <t:"
AGELESS = "It is running, and {panel} does not say since when."


async def started_elsewhere(stage: CheckingStage, ann: Person, world: World) -> None:
    """Let the panel hear that the server is offline, somebody start it on the panel's page, and Ann add a port."""
    process = world.state.processes[world.survival.id] = Process.offline(stage.panel.now())
    process.starts = 2.0
    await state_of(ann)
    await pass_time(stage, 1)
    process.tell("start", stage.panel.now())
    await pass_time(stage, 10)
    await ann.run("allocations list", server="Survival")
    await ann.press("Add port")
    await pass_time(stage, 2)


async def test_a_start_of_what_ran_already_is_told_as_that_and_hides_nothing_it_has_not_seen(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    await started_elsewhere(stage, ann, world)
    await ann.press("Restart…")
    start = await ann.press("Start Survival")
    looks = stage.asked.count(LOOK)
    await pass_time(stage, 70)
    told = ann.saw(start.result)
    text = told.text
    later = stage.asked.count(LOOK) - looks

    after = await ann.press("Look again", on=told)

    assert ALREADY in text
    assert "takes effect at its next start" in text
    assert "✅" not in text
    assert later == 1
    assert stage.asked.count(SEND) == 1
    assert "⚠️ Restart Survival?" in after.text
    assert "▫️ `203.0.113.7:25576` was added <t:" in after.text


async def test_a_server_that_really_was_offline_is_told_as_started(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())
    await ann.run("allocations list", server="Survival")
    await ann.press("Add port")
    await ann.press("Restart…")
    start = await ann.press("Start Survival")
    await pass_time(stage, 45)
    text = ann.saw(start.result).text

    after = await state_of(ann)

    assert "✅ It is running, and was started <t:" in text
    assert "was added" not in after.text


async def test_a_start_that_was_taken_for_ones_own_hides_nothing_once_the_panel_tells_its_age(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read"]
    bob = await stage.linked("bob", world.bob)
    await started_elsewhere(stage, ann, world)
    await ann.press("Restart…")
    start = await ann.press("Start Survival")
    # Bob has the panel hear of it anew, and what it hears it repeats to Ann.
    await pass_time(stage, 8)
    await state_of(bob, "Is it running?")
    await pass_time(stage, 14)
    text = ann.saw(start.result).text
    await pass_time(stage, 30)

    after = await state_of(ann)

    assert "✅ It is running, and was started <t:" in text
    assert "▫️ `203.0.113.7:25576` was added <t:" in after.text
    assert "I cannot tell" not in after.text


def ageless(stage: CheckingStage) -> Process:
    """Return a process that runs, of which its machine does not say since when."""
    return Process([Step(stage.panel.now() - 9000, RUNNING, None)])


async def test_of_a_server_whose_age_the_panel_does_not_say_no_start_is_told(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    world.state.processes[world.survival.id] = ageless(stage)

    seen = await state_of(ann)

    assert AGELESS in unnamed(seen.text)
    assert "was started" not in seen.text


async def test_an_age_that_is_no_longer_told_is_no_sign_of_a_restart(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    await ann.run("allocations list", server="Survival")
    await ann.press("Add port")
    await ann.press("Restart…")
    restart = await ann.press("Restart Survival")
    world.state.processes[world.survival.id] = ageless(stage)
    await pass_time(stage, 70)

    text = ann.saw(restart.result).text

    assert "❔ It is running, but {panel} does not say since when, so I cannot tell" in unnamed(text)
    assert "✅" not in text


async def test_one_that_was_seen_to_be_down_runs_again_though_its_age_is_not_told(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    await state_of(ann)
    restart = await ann.press("Restart Survival")
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())
    await pass_time(stage, 25)
    world.state.processes[world.survival.id] = ageless(stage)
    await pass_time(stage, 25)

    text = unnamed(ann.saw(restart.result).text)

    assert "✅ It is running again, and {panel} does not say since when." in text
    assert "was started" not in text
