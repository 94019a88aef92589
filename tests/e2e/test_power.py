"""Restarting a server from its list: what it does now, the question, the command, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from discord.utils import utcnow

from bot.demo.panel import Flavour
from bot.demo.panel.daemon import Process
from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from bot.settings import Settings
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import links, unnamed
from tests.world import World

SURVIVAL = "5e000001"
FLAVOURS = (Flavour.PTERODACTYL_1_11, Flavour.PELICAN)
REFUSES = '{"errors":[{"code":"X","status":"400","detail":"no"}]}'
LOOK, SEND = f"GET /servers/{SURVIVAL}/resources", f"POST /servers/{SURVIVAL}/power"
READ = f"GET /servers/{SURVIVAL}"


@pytest.fixture(params=FLAVOURS, ids=lambda flavour: flavour.name.lower())
async def stage(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> AsyncIterator[TroubledStage]:
    """Yield a stage of each panel; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path, flavour=request.param) as stage:
        yield stage
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


async def pass_time(stage: TroubledStage, seconds: int) -> None:
    """Let time pass for the bot and the panel alike; in steps, for between two looks a real request is under way."""
    for _ in range(seconds):
        stage.panel.advance(1.0)
        await stage.env.advance_time(1.0)


async def asked(person: Person) -> Seen:
    """Return what Restart… shows on Survival's list."""
    await person.run("allocations list", server=SURVIVAL)
    return await person.press("Restart…")


async def test_the_question_says_how_long_it_has_run_and_that_players_are_disconnected(
    stage: TroubledStage, ann: Person
) -> None:
    seen = await asked(ann)

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


async def test_a_restart_is_followed_until_it_runs_again(stage: TroubledStage, ann: Person) -> None:
    await asked(ann)
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
    await asked(ann)
    seen = await ann.press("Restart Survival")
    await pass_time(stage, 45)
    told, looks = ann.saw(seen.result).text, stage.asked.count(LOOK)

    await pass_time(stage, 45)

    assert "✅ It is running again" in told
    assert stage.asked.count(LOOK) == looks


async def test_a_command_that_was_refused_is_no_restart_under_way_and_can_be_sent_at_once(
    stage: TroubledStage, ann: Person
) -> None:
    await asked(ann)
    stage.panel.faults.answer(400, REFUSES, method="POST", path="*/power", times=1)
    refused = (await ann.press("Restart Survival")).text
    await asked(ann)

    again = await ann.press("Restart Survival")

    assert "refused the request" in refused
    assert "has accepted it" in again.text
    assert stage.changes == [SEND, SEND]


async def test_running_as_before_is_never_told_as_running_again(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    process = world.state.process_of(world.survival)
    process.stops = 1000.0
    await asked(ann)

    seen = await ann.press("Restart Survival")
    await pass_time(stage, 21)
    assert "✅" not in ann.saw(seen.result).text
    await pass_time(stage, 50)
    text = ann.saw(seen.result).text

    assert "It is still stopping after 60 seconds: look at its console on" in text
    assert "✅" not in text


def runs_since(stage: TroubledStage, world: World, seconds: float, process: type[Process] = Process) -> Process:
    """Have Survival run since so many seconds, and restart quickly."""
    started = world.state.processes[world.survival.id] = process.running(stage.panel.now(), seconds)
    started.stops, started.starts = 3.0, 1.0
    return started


async def test_a_quick_restart_soon_after_a_start_is_told_where_it_was_seen_to_be_down(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read"]
    bob = await stage.linked("bob", world.bob)
    runs_since(stage, world, 1.0).stops = 8.0
    await asked(ann)
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
    await asked(ann)

    seen = await ann.press("Restart Survival")
    await pass_time(stage, 70)
    told = ann.saw(seen.result)

    assert "I cannot tell whether it was restarted: look at its console on" in told.text
    assert "as before" not in told.text
    assert "✅" not in told.text
    assert "Look again" in told.buttons


class Deaf(Process):
    """One whose machine takes commands and does nothing."""

    def tell(self, signal: str, at: float) -> None:
        """Do nothing."""


async def test_a_young_server_that_did_not_restart_is_told_to_run_as_before(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    runs_since(stage, world, 30.0, Deaf)
    await asked(ann)

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
    await asked(ann)

    seen = await ann.press("Restart Survival")
    await pass_time(stage, 70)
    told = ann.saw(seen.result)

    assert "look at its console on {panel}" in unnamed(told.text)
    assert links(told) == {"Open the server on {panel}": f"{stage.panel.url}/server/{SURVIVAL}"}


async def test_looks_are_further_apart_than_the_panel_repeats_itself(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.process_of(world.survival).stops = 1000.0
    await asked(ann)
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

    seen = await asked(ann)
    assert "Start Survival?" in seen.text
    assert "It is offline." in seen.text
    seen = await ann.press("Start Survival")
    await pass_time(stage, 45)

    assert "✅ It is running, and was started <t:" in ann.saw(seen.result).text


async def test_changes_that_the_game_has_not_seen_are_marked_until_the_restart(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    WebPage(world.state, None).make_primary(world.survival, world.state.allocations[2])

    seen = await asked(ann)
    assert "**After the next start** these take effect:" in seen.text
    assert "`203.0.113.7:25566` became the primary <t:" in seen.text
    seen = await ann.press("Restart Survival")
    await pass_time(stage, 45)

    assert "The new address `203.0.113.7:25566` is in effect." in ann.saw(seen.result).text
    await ann.press("Show allocations")
    assert "After the next start" not in (await ann.press("Restart…")).text


async def test_without_the_panels_log_ones_own_changes_are_marked(stage: TroubledStage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update", "control.restart"]
    bob = await stage.linked("bob", world.bob)
    # The record is kept by the bot's own time of day, which the simulated Discord sets.
    stage.bot.services.power.now = utcnow
    await bob.run("allocations primary", server=SURVIVAL, allocation="25566")

    seen = await bob.press("Restart…")

    assert "`203.0.113.7:25566` became the primary <t:" in seen.text


async def test_what_was_taken_back_since_is_not_said_to_take_effect(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    # The record is kept by the bot's own time of day, which the simulated Discord sets; the panel's log by the panel's.
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    for port in (25566, 25565):
        WebPage(world.state, None).make_primary(world.survival, world.state.allocations[port - 25564])
    gone = WebPage(world.state, None).create(world.survival, 25590)
    WebPage(world.state, None).delete(world.survival, gone)

    seen = await asked(ann)

    assert f"`203.0.113.7:{new.port}` was added <t:" in seen.text
    assert seen.text.count("became the primary") == 1
    assert "`play.example.com:25565` became the primary" in seen.text
    assert "25590" not in seen.text


async def test_a_primary_that_is_the_old_one_again_is_not_said_to_take_effect(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update", "control.restart"]
    bob = await stage.linked("bob", world.bob)
    stage.bot.services.power.now = utcnow
    await bob.run("allocations primary", server=SURVIVAL, allocation="25566")
    await bob.run("allocations primary", server=SURVIVAL, allocation="25565")

    seen = await bob.press("Restart…")

    assert "Restart Survival?" in seen.text
    assert "After the next start" not in seen.text


async def test_without_the_permission_there_is_nothing_to_restart_it_with(stage: TroubledStage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)

    on_the_list = list((await bob.run("allocations list", server=SURVIVAL)).buttons)
    looked = await bob.press("Is it running?")

    assert "Restart…" not in on_the_list
    assert list(looked.buttons) == ["Back", "Look again"]


async def test_who_may_start_but_not_restart_is_told_so(stage: TroubledStage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "control.start"]
    bob = await stage.linked("bob", world.bob)

    seen = await asked(bob)

    assert "You lack the panel permission `control.restart`." in seen.text
    assert list(seen.buttons) == ["Back", "Look again"]


async def test_a_permission_that_was_withdrawn_since_the_question_sends_nothing(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "control.restart"]
    bob = await stage.linked("bob", world.bob)
    await asked(bob)
    world.survival.subusers[2] = ["allocation.read"]

    seen = await bob.press("Restart Survival")

    assert "You lack the panel permission `control.restart`." in seen.text
    assert stage.changes == []


async def test_a_server_that_went_offline_since_the_question_is_asked_about_anew(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann)
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
    await asked(bob)
    question = await asked(ann)
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

    seen = await asked(ann)

    assert "cannot reach the machine that it runs on, so I do not know what it is doing" in seen.text
    assert list(seen.buttons) == ["Back", "Look again"]


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_a_refusal_of_the_machine_is_not_told_as_one_of_key_or_rights(
    stage: TroubledStage, ann: Person, world: World, status: int
) -> None:
    await asked(ann)
    stage.panel.advance(1.0)
    daemon = world.state.nodes[world.survival.node_id].daemon
    daemon.status, daemon.says = status, "the daemon does not like it"

    seen = await ann.press("Restart Survival")

    assert "Your panel account" not in seen.text
    assert "refused your key" not in seen.text
    assert "permission" not in seen.text


async def test_a_lost_answer_is_not_repeated_and_what_came_of_it_is_told(stage: TroubledStage, ann: Person) -> None:
    await asked(ann)
    stage.panel.faults.reset_after(method="POST")

    seen = await ann.press("Restart Survival")
    early = seen.text
    await pass_time(stage, 45)

    assert "answer was lost" in early
    assert "✅ It is running again" in ann.saw(seen.result).text
    assert stage.changes.count(SEND) == 1


async def test_an_unlink_while_a_restart_is_followed_ends_that_and_says_so(stage: TroubledStage, ann: Person) -> None:
    await asked(ann)
    seen = await ann.press("Restart Survival")
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")

    await pass_time(stage, 45)

    assert unnamed(ann.saw(seen.result).text).startswith("🔗 First, link your account on {panel}")


async def test_a_suspended_server_has_no_button_and_an_old_one_says_why(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    list_ = await ann.run("allocations list", server=SURVIVAL)
    world.survival.status = "suspended"

    seen = await ann.press("Restart…", on=list_)

    assert "suspended" in seen.text
    assert stage.changes == []


async def test_with_power_off_there_is_no_trace_of_it(
    stage: TroubledStage, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await asked(ann)
    custom_id = question.custom_id("Restart Survival")
    off = stage.settings.model_copy(update={"power": "off"})
    monkeypatch.setattr(type(stage), "settings", property(lambda _: off))
    await stage.restart()

    seen = await ann.run("allocations list", server=SURVIVAL)
    pressed = await stage.forge(ann, custom_id, on=question)

    assert isinstance(off, Settings)
    assert "Restart…" not in seen.buttons
    assert "Is it running?" not in seen.buttons
    assert "Restarting servers is switched off here" in pressed.text
    link = next(part for part in pressed.components if "url" in part)
    assert (link["label"], link["url"]) == (
        f"Open the server on {stage.bot.site.name}",
        f"{stage.panel.url}/server/{SURVIVAL}",
    )
    assert stage.changes == []
