"""What several ports wait for: 14 minutes of a message, the panel's times, a bot that stops or is killed."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.several.plans import CREATES, ROWS, THROTTLED, asked, notes_of, two_made
from tests.e2e.trouble import TroubledStage
from tests.world import World


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_a_wait_past_14_minutes_is_not_begun_and_go_on_knows_what_is_left(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    """It ends with the time of the next, which says more than that the message cannot be changed for longer."""
    waiting = await two_made(ann)
    # Others take every turn there is.
    stage.panel.faults.rate_limited(60, method="POST", path=ROWS, times=None)
    for _ in range(15):
        await stage.pass_time(60)
    stopped = ann.saw(waiting.result)
    text, buttons = stopped.text, stopped.buttons
    tries = stage.asked.count(CREATES)
    await stage.pass_time(300)
    later = stage.asked.count(CREATES)
    stage.panel.faults.clear()

    seen = await ann.press("Go on")

    assert "2 of 4 ports added" in text
    assert "⏳ Possible again <t:" in text
    assert "only 15 minutes" not in text
    assert "Go on" in buttons
    assert later == tries
    assert "4 of 4 ports added" in seen.text
    assert len(notes_of(world)) == 4


async def test_a_port_that_takes_the_message_past_14_minutes_is_the_last_one(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    hold = stage.panel.faults.hold(method="POST", path=ROWS)
    async with stage.waiting_for("POST"):
        waiting = await ann.press("Add 2 ports")
        await hold.arrived.wait()
        stage.panel.advance(14 * 60)
        hold.release()
    await stage.env.settle()
    seen = ann.saw(waiting.result)

    assert "⏸️ I stopped here, because I can change this message for only 15 minutes. Press **Go on**" in seen.text
    assert "1 of 2 ports added" in seen.text
    assert notes_of(world) == ["voice chat"]


async def test_a_time_that_is_further_off_than_the_message_can_be_changed_is_not_waited_for(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.rate_limited(1800, method="POST", path=ROWS)

    seen = await ann.press("Add 2 ports")

    assert "I ask for the next one" not in seen.text
    assert "asks me to slow down" in seen.text
    assert "⏳ Possible again <t:" in seen.text
    assert "press **Go on** then" in seen.text
    assert list(seen.buttons) == ["Go on", "Show allocations"]


async def test_a_429_that_names_no_time_is_not_guessed_at(stage: TroubledStage, ann: Person, world: World) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.rate_limited(None, method="POST", path=ROWS)

    seen = await ann.press("Add 2 ports")

    assert "0 of 2 ports added" in seen.text
    assert "asks me to slow down" in seen.text
    assert "Possible again" not in seen.text
    assert "Go on" in seen.buttons


async def test_a_stop_of_the_bot_while_it_waits_ends_it_at_once_and_the_message_says_so(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)

    quiet = await stage.bot.work.drain(5)
    seen = ann.saw(waiting.result)
    text = seen.text
    await stage.restart()
    await ann.press("Go on", on=seen)
    await stage.pass_time(61)

    assert quiet
    assert "⏸️ I am restarting, so I stopped here. Wait a minute. Press **Go on** for the rest." in text
    assert "4 of 4 ports added" in ann.seen.text
    assert len(notes_of(world)) == 4


async def test_after_a_crash_a_press_on_the_message_says_what_is_there_and_go_on_adds_the_rest(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    await stage.restart()
    await stage.pass_time(120)
    unseen = len(notes_of(world))

    shown = await ann.press("Stop", on=waiting)
    text = shown.text
    seen = await ann.press("Go on")

    assert unseen == 2
    assert "⏸️ Nothing is under way: I was stopped half-way. This is what I know. Press **Go on** for the rest." in text
    assert "2 of 4 ports added" in text
    assert "4 of 4 ports added" in seen.text
    assert len(notes_of(world)) == 4
