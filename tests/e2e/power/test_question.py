"""What is asked before a restart or a start, and what is sent by whose press."""

from __future__ import annotations

from bot.demo.panel.daemon import Process
from bot.demo.people import Person
from tests.e2e.checks import LOOK, READ
from tests.e2e.power.restarting import SEND, pass_time, state_of
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World


async def test_the_question_says_how_long_it_has_run_and_that_players_are_disconnected(
    stage: TroubledStage, ann: Person
) -> None:
    seen = await state_of(ann)

    assert "⚠️ Restart Survival?" in seen.text
    assert "It is running, and was started <t:" in seen.text
    assert "A restart disconnects everybody who plays on it now." in seen.text
    assert list(seen.buttons) == ["Back", "Restart Survival"]
    assert stage.changes == []


async def test_the_list_stays_one_call_and_the_question_is_two_and_one_for_the_log(
    stage: TroubledStage, ann: Person
) -> None:
    await ann.run("allocations list", server=SURVIVAL)
    assert stage.asked == [READ]
    stage.panel.requests.clear()

    await ann.press("Restart…")

    assert stage.asked == [READ, LOOK, f"GET /servers/{SURVIVAL}/activity"]


async def test_a_server_that_went_offline_since_the_question_is_asked_about_anew(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await state_of(ann)
    await pass_time(stage, 25)
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    seen = await ann.press("Restart Survival")

    assert "Start Survival?" in seen.text
    assert stage.changes == []


async def test_a_second_press_and_a_second_person_send_nothing_more(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "control.restart"]
    bob = await stage.linked("bob", world.bob)
    await state_of(bob)
    question = await state_of(ann)
    custom_id = question.custom_id("Restart Survival")
    await ann.press("Restart Survival")

    again = await stage.forge(ann, custom_id, on=question)
    others = await bob.press("Restart Survival")

    assert "That press was already taken" in again.text
    assert "The server was told to start or restart just now" in others.text
    assert "what came of that command is told only to whoever gave it" in others.text
    assert "Restart…" in others.buttons
    assert stage.changes.count(SEND) == 1


async def test_a_machine_that_is_away_is_told_as_such_and_offers_nothing_to_send(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.nodes[world.survival.node_id].daemon.connects = False

    seen = await state_of(ann)

    assert "cannot reach the machine that it runs on, so I do not know what it is doing" in seen.text
    assert list(seen.buttons) == ["Back", "Look again"]
