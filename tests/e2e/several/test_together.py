"""Several ports while others are at the same server, or the same person presses twice: none is one too many."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.several.plans import THROTTLED, asked, notes_of, two_made
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_stop_while_it_waits_ends_it_at_once_and_go_on_adds_what_is_left(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await two_made(ann)

    stopped = await ann.press("Stop")
    text, buttons = stopped.text, list(stopped.buttons)
    await stage.pass_time(70)
    still = notes_of(world)
    seen = await ann.press("Go on")

    assert "⏹️ You stopped this" in text
    assert "2 of 4 ports added" in text
    assert "▫️ query\n▫️ RCON" in text
    assert buttons == ["Go on", "Show allocations", "Restart…"]
    assert still == ["voice chat", "web map"]
    assert notes_of(world) == ["RCON", "query", "voice chat", "web map"]
    assert "4 of 4 ports added" in seen.text


async def test_stop_while_one_is_under_way_finishes_that_one_and_asks_for_no_other(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    async with stage.slow_panel(lambda request: request.method == "POST"):
        running = await ann.press("Add 2 ports", on=question)
        stopping = await ann.press("Stop", on=running)
        text = stopping.text
    seen = ann.saw(stopping.result)

    assert "Stopping: I finish the one that is under way" in text
    assert notes_of(world) == ["voice chat"]
    assert "1 of 2 ports added" in seen.text
    assert "⏹️ You stopped this" in seen.text
    assert list(seen.buttons) == ["Go on", "Show allocations", "Restart…"]


async def test_stop_after_the_end_shows_what_is_there(stage: TroubledStage, ann: Person, world: World) -> None:
    waiting = await two_made(ann)
    stop = waiting.custom_id("Stop")
    await stage.pass_time(61)

    seen = await stage.forge(ann, stop, on=ann.saw(waiting.result))

    assert "4 of 4 ports added" in seen.text
    assert list(seen.buttons) == ["Show allocations", "Restart…"]
    assert len(notes_of(world)) == 4


async def test_a_second_press_of_go_on_is_told_that_it_is_under_way_and_adds_nothing(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await two_made(ann)
    stopped = await ann.press("Stop")
    go_on = stopped.custom_id("Go on")
    waiting = await ann.press("Go on")

    second = await stage.forge(ann, go_on, on=stopped)
    await stage.pass_time(61)
    third = await stage.forge(ann, go_on, on=stopped)

    assert "❌ Already on it" in second.text
    assert "4 of 4 ports added" in ann.saw(waiting.result).text
    assert "4 of 4 ports added" in third.text
    assert len(notes_of(world)) == 4


async def test_the_same_question_answered_twice_adds_its_ports_once(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    go = question.custom_id("Add 2 ports")
    await ann.press("Add 2 ports")

    await stage.forge(ann, go, on=question)

    assert notes_of(world) == ["voice chat", "web map"]


@pytest.mark.parametrize("label", ["Stop", "Go on"])
async def test_the_buttons_are_of_no_use_to_anybody_else(
    stage: TroubledStage, ann: Person, world: World, label: str
) -> None:
    bob = await stage.linked("bob", world.bob)
    seen = await two_made(ann)
    if label == "Go on":
        seen = await ann.press("Stop")

    pressed = await stage.forge(bob, seen.custom_id(label), on=seen)
    forged = await stage.forge(bob, seen.custom_id(label).replace(str(ann.id), str(bob.id)), on=seen)

    assert "These buttons belong to somebody else" in pressed.text
    assert "I no longer know what was to be added" in forged.text
    assert len(notes_of(world)) == 2


async def test_other_peoples_changes_take_their_turn_while_it_waits(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    eve = world.state.add_user("eve")
    world.state.add_subuser(world.survival, eve, ["allocation.read", "allocation.update", "allocation.delete"])
    other = await stage.linked("eve", world.state.add_key(eve))
    waiting = await two_made(ann)

    noted = await other.run("allocations notes", server=SURVIVAL, allocation="25566", text="mine")
    await stage.pass_time(61)

    assert "✅ Noted `" in noted.text
    assert world.state.allocations_of(world.survival)[1].notes == "mine"
    assert "4 of 4 ports added" in ann.saw(waiting.result).text


async def test_a_creation_of_ones_own_in_between_is_not_mistaken_for_one_of_several(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    async with stage.slow_panel(lambda request: request.method == "POST"):
        first = await ann.run("allocations create", server="Survival", notes="by hand")
        several = await ann.press("Add 2 ports", on=question)
    await stage.pass_time(61)

    assert "✅ Added" in ann.saw(first.result).text
    assert "2 of 2 ports added" in ann.saw(several.result).text
    assert notes_of(world) == ["by hand", "voice chat", "web map"]


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, *THROTTLED], indirect=True)
async def test_two_people_who_add_several_at_the_limit_get_exactly_what_it_allows(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    eve = world.state.add_user("eve")
    world.state.add_subuser(world.survival, eve, ["allocation.read", "allocation.create", "allocation.update"])
    other = await stage.linked("eve", world.state.add_key(eve))
    world.survival.limit = 7
    await asked(ann, "Voice chat", "Web map", "Query")
    await asked(other, "Bedrock players (Geyser)", "RCON", "Votes")

    async with stage.slow_panel(lambda request: request.method == "POST"):
        mine = await ann.press("Add 3 ports")
        theirs = await other.press("Add 3 ports")
    for _ in range(4):
        await stage.pass_time(61)

    seen = [ann.saw(mine.result).text, other.saw(theirs.result).text]
    assert len(notes_of(world)) == 5
    assert len(set(notes_of(world))) == 5
    assert sorted("3 of 3 ports added" in text for text in seen) == [False, True]
    (refused,) = [text for text in seen if "3 of 3 ports added" not in text]
    assert "2 of 3 ports added" in refused
    assert "❌ **The allocation limit is reached**. 7 of 7" in refused


async def test_a_limit_reached_half_way_is_told_and_go_on_works_once_there_is_room(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    world.survival.limit = 5

    await stage.pass_time(61)
    refused = ann.saw(waiting.result)
    text = refused.text
    world.survival.limit = 6
    await ann.press("Go on")
    await stage.pass_time(61)

    assert "3 of 4 ports added" in text
    assert "❌ **The allocation limit is reached**. 5 of 5" in text
    assert "Remove a port you no longer need, or ask your host to raise the limit." in text
    assert "Nothing was changed" not in text
    assert "▫️ RCON" in text
    assert notes_of(world) == ["RCON", "query", "voice chat", "web map"]
