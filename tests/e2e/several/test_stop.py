"""Stop at every step of several ports, and others at the same server: nothing more begins, none is one too many."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.several.plans import CREATES, asked, eve_of, notes_of, two_made
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World

ALL = ("allocation.read", "allocation.create", "allocation.update", "allocation.delete")
BOTH: list[str | None] = ["voice chat", "web map"]
FLAVOURS = [Flavour.PTERODACTYL_1_11, Flavour.PTERODACTYL_1_12, Flavour.PELICAN]


@pytest.fixture
def flavour() -> Flavour:
    """Return a panel without the throttle, unless a test asks for another."""
    return Flavour.PTERODACTYL_1_11


@dataclass(frozen=True)
class Held:
    """The request of the first port during which Stop is pressed, and how many ports there are then in the end."""

    method: str
    path_ends: str
    made: int = 1

    def is_it(self, request: aiohttp.TraceRequestStartParams) -> bool:
        """Tell whether a request is this one."""
        last = request.url.path.rpartition("/")[2]
        return request.method == self.method and (last == self.path_ends or (self.path_ends == "#" and last.isdigit()))


STEPS = {
    "while the server is read": Held("GET", SURVIVAL),
    "while it is asked for": Held("POST", "allocations"),
    "while its notes are written": Held("POST", "#"),
    "while it is read back": Held("GET", "allocations"),
}


@pytest.mark.parametrize("stage", FLAVOURS, indirect=True)
@pytest.mark.parametrize("step", STEPS)
async def test_stop_at_any_step_finishes_the_one_under_way_and_go_on_adds_exactly_the_rest(
    stage: TroubledStage, ann: Person, world: World, step: str
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    async with stage.slow_panel(STEPS[step].is_it):
        running = await ann.press("Add 2 ports", on=question)
        stopping = await ann.press("Stop", on=running)
        at_once = stopping.text
    stopped = ann.saw(stopping.result)
    text, there = stopped.text, notes_of(world)
    await stage.pass_time(300)
    later, sent = notes_of(world), stage.asked.count(CREATES)

    end = (await ann.press("Go on", on=stopped)).text

    assert "⏹️ Stopping: I finish the one that is under way and ask for no more." in at_once
    assert "⏹️ You stopped this; I asked for no more." in text
    assert "1 of 2 ports added" in text
    assert there == later == ["voice chat"]
    assert sent == 1
    assert notes_of(world) == BOTH
    assert "2 of 2 ports added" in end


async def test_a_bot_that_is_stopped_after_stop_was_pressed_still_tells_who_stopped_it(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    async with stage.slow_panel(STEPS["while it is asked for"].is_it):
        running = await ann.press("Add 2 ports", on=question)
        stopping = await ann.press("Stop", on=running)
        # The first thing that a bot does which is told to stop.
        stage.bot.services.several.halt()
    stopped = ann.saw(stopping.result)

    assert "⏹️ You stopped this; I asked for no more." in stopped.text
    assert "I am restarting" not in stopped.text
    assert ann.saw(running.result).text == stopped.text
    assert notes_of(world) == ["voice chat"]


async def test_stop_while_it_looks_for_a_lost_one_leaves_that_to_go_on(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.reset_before(method="POST", path="*/network/allocations")
    async with stage.slow_panel(lambda _: False):
        running = await ann.press("Add 2 ports")
        stopping = await ann.press("Stop", on=running)
        stopped = await stage.looked_long(stopping, ann)
    text = stopped.text

    again = await ann.press("Go on", on=stopped)
    for _ in range(4):
        await stage.pass_time(10)

    assert "voice chat: asked for, and I do not know whether it was added." in text
    assert stage.asked.count(CREATES) == 3
    assert notes_of(world) == BOTH
    assert "2 of 2 ports added" in ann.saw(again.result).text


@pytest.mark.parametrize("stage", FLAVOURS[1:], indirect=True)
async def test_stop_pressed_twice_while_it_waits_says_the_same_and_go_on_adds_the_rest(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    stop = waiting.custom_id("Stop")
    first = (await ann.press("Stop")).text

    second = await stage.forge(ann, stop, on=waiting)
    text = second.text
    await stage.pass_time(61)
    end = (await ann.press("Go on", on=second)).text

    assert "⏹️ You stopped this" in first
    assert "2 of 4 ports added" in text
    assert "4 of 4 ports added" in end
    assert len(notes_of(world)) == 4


@pytest.mark.parametrize("stage", FLAVOURS, indirect=True)
async def test_two_people_who_add_several_at_the_limit_and_stop_and_go_on_never_pass_it(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    other = await stage.linked("eve", eve_of(world, *ALL))
    world.survival.limit = 6
    mine = await asked(ann, "Voice chat", "Web map", "Query")
    theirs = await asked(other, "Bedrock players (Geyser)", "RCON", "Votes")

    async with stage.slow_panel(lambda request: request.method == "POST"):
        mine = await ann.press("Add 3 ports", on=mine)
        theirs = await other.press("Add 3 ports", on=theirs)
        stopping = await ann.press("Stop", on=mine)
    for _ in range(4):
        await stage.pass_time(61)
    stopped = ann.saw(stopping.result)
    text = stopped.text
    again = await ann.press("Go on", on=stopped)
    for _ in range(4):
        await stage.pass_time(61)

    assert "1 of 3 ports added" in text
    assert "3 of 3 ports added" in other.saw(theirs.result).text
    assert len(notes_of(world)) == 4
    assert "❌ **The allocation limit is reached**" in ann.saw(again.result).text
    assert "1 of 3 ports added" in ann.saw(again.result).text


async def test_a_restart_and_a_deletion_by_others_in_between_are_no_trouble(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    other = await stage.linked("eve", eve_of(world, *ALL, "control.restart"))
    await other.run("allocations list", server=SURVIVAL)
    asking = await other.press("Restart…")
    question = await asked(ann, "Voice chat", "Web map", "Query")

    async with stage.slow_panel(lambda request: request.url.path.endswith("allocations")):
        running = await ann.press("Add 3 ports", on=question)
        await other.press("Restart Survival", on=asking)
        await other.run("allocations delete", server=SURVIVAL, allocation="25566")
        deleted = await other.press("Remove 203.0.113.7:25566")

    assert "3 of 3 ports added" in ann.saw(running.result).text
    assert "✅ Removed `203.0.113.7:25566`." in other.saw(deleted.result).text
    assert len(world.state.allocations_of(world.survival)) == 4
