"""Several ports on a slow panel: how far it is is told at once, a press of Stop too, and nobody waits in the dark."""

from __future__ import annotations

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.scenes import SCENES, furnish
from tests.e2e.speed.discord_calls import CALLBACK, EDIT, MESSAGE, MESSAGE_EDIT, SEVERAL, calls, kind
from tests.names import unnamed
from tests.stage import Stage, changing
from tests.world import World


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner, who has room for more."""
    furnish(world)
    return await stage.linked("ann", world.ann)


def test_each_that_is_left_out_of_what_all_others_do_is_here() -> None:
    assert {"several.pick", "several.go", "several.stop"} == SEVERAL


async def test_go_says_at_once_how_far_it_is_without_waiting_for_the_panel(stage: Stage, ann: Person) -> None:
    question = await SCENES["several.go"].way(stage, ann)
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        waiting = await ann.press("Add 2 ports", on=question)
        at_once, text, buttons = calls(stage, before), waiting.text, list(waiting.buttons)
        await stage.env.advance_time(30)
        meanwhile = calls(stage, before)

    assert at_once == [CALLBACK] == meanwhile
    assert kind(stage, before) == MESSAGE_EDIT
    assert "▱▱ 0 of 2 ports added." in text
    assert buttons == ["Stop"]
    assert calls(stage, before) == [CALLBACK, EDIT, EDIT]
    assert "2 of 2 ports added" in ann.saw(waiting.result).text


async def test_the_command_with_a_count_says_privately_at_once_how_far_it_is(stage: Stage, ann: Person) -> None:
    await stage.restart()
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        waiting = await ann.run("allocations create", server="5e000001", count=2)
        at_once, text = calls(stage, before), waiting.text

    assert at_once == [CALLBACK]
    assert kind(stage, before) == MESSAGE
    assert "▱▱ 0 of 2 ports added." in text
    assert waiting.ephemeral
    assert "2 of 2 ports added" in ann.saw(waiting.result).text


async def test_a_choice_on_a_slow_panel_is_answered_within_two_seconds_for_it_may_have_to_be_a_form(
    stage: Stage, ann: Person
) -> None:
    select = await SCENES["several.pick"].way(stage, ann)
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        waiting = await ann.choose("Voice chat", on=select)
        await stage.env.advance_time(1.7)
        early = calls(stage, before)
        await stage.env.advance_time(0.3)
        in_time, text = calls(stage, before), ann.saw(waiting.result).text

    assert early == []
    assert in_time == [CALLBACK]
    assert "{panel} took too long · Survival\nIt did not tell me in time what the server has now." in unnamed(text)
    assert "press **Add several…** there and choose again. Nothing was changed." in text


async def stopped(stage: Stage, ann: Person, seen: Seen) -> tuple[list[str], str]:
    """Press Stop while the panel answers nothing; return the calls at once, and what is shown then."""
    before = len(stage.env.http_requests)
    async with stage.slow_panel():
        stopping = await ann.press("Stop", on=seen)
        return calls(stage, before), stopping.text


async def test_stop_while_it_waits_is_one_call_at_once(stage: Stage, ann: Person) -> None:
    waiting = await SCENES["several.stop"].way(stage, ann)

    found, text = await stopped(stage, ann, waiting)

    assert found == [CALLBACK]
    assert "⏹️ You stopped this" in text


async def test_stop_while_the_panel_does_not_answer_says_at_once_that_it_stops(stage: Stage, ann: Person) -> None:
    question = await SCENES["several.go"].way(stage, ann)
    async with stage.slow_panel(changing):
        running = await ann.press("Add 2 ports", on=question)
        before = len(stage.env.http_requests)
        stopping = await ann.press("Stop", on=running)
        at_once, text = calls(stage, before), stopping.text

    assert at_once == [CALLBACK]
    assert "⏹️ Stopping: I finish the one that is under way and ask for no more." in text
    assert calls(stage, before) == [CALLBACK, EDIT]
    assert "1 of 2 ports added" in ann.saw(stopping.result).text
