"""What ends several ports half-way: the panel's no, a lost answer, another key; what is there is told, and Go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo.people import Person
from tests.e2e.several.plans import CREATES, ROWS, THROTTLED, asked, notes_of, two_made
from tests.e2e.trouble import TroubledStage
from tests.names import buttons_on, links, unnamed
from tests.world import SURVIVAL, World


def _node_full(world: World) -> None:
    for row in [row for row in world.state.allocations.values() if row.server_id is None]:
        del world.state.allocations[row.id]
    world.state.creates_new_rows = False


def _switched_off(world: World) -> None:
    world.state.auto_allocation = False


def _suspended(world: World) -> None:
    world.survival.status = "suspended"


def _withdrawn(world: World) -> None:
    world.survival.owner_id = next(user.id for user in world.state.users.values() if user.username == "dan")
    ann = next(user for user in world.state.users.values() if user.username == "ann")
    world.state.add_subuser(world.survival, ann, ["allocation.read", "allocation.update"])


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (_node_full, "The node has no free port left"),
        (_switched_off, "does not let members add ports"),
        (_suspended, "The server is not available for changes"),
        (_withdrawn, "You lack a permission on this server"),
    ],
)
async def test_what_speaks_against_the_next_one_half_way_stops_it_and_tells_what_is_there(
    stage: TroubledStage, ann: Person, world: World, happens: Callable[[World], None], told: str
) -> None:
    waiting = await two_made(ann)
    happens(world)

    await stage.pass_time(61)
    seen = ann.saw(waiting.result)
    creates = stage.asked.count(CREATES)
    await stage.pass_time(300)

    assert "❌ **" in seen.text
    assert told in seen.text
    assert "2 of 4 ports added" in seen.text
    assert "✅ `203.0.113.7:" in seen.text
    assert "▫️ query\n▫️ RCON" in seen.text
    assert "Go on" in seen.buttons
    assert notes_of(world) == ["voice chat", "web map"]
    assert stage.asked.count(CREATES) == creates


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_a_lost_answer_is_read_back_before_the_next_request_and_none_is_one_too_many(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.reset_after(method="POST", path=ROWS)
    stage.panel.requests.clear()

    seen = await ann.press("Add 2 ports")

    assert notes_of(world) == ["voice chat", "web map"]
    assert "2 of 2 ports added" in seen.text
    assert stage.asked.count(CREATES) == 2
    first = stage.asked.index(CREATES)
    assert stage.asked[first + 1] == f"GET /servers/{SURVIVAL}/network/allocations"


async def test_an_answer_that_stays_lost_stops_it_and_go_on_looks_before_it_asks_again(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.reset_before(method="POST", path=ROWS)
    waiting = await stage.looked_long(await ann.press("Add 2 ports"), ann)
    text = waiting.text
    stage.panel.requests.clear()

    again = await ann.press("Go on")
    looking, asked_at_once = again.text, stage.changes
    await stage.pass_time(31)
    seen = ann.saw(again.result)

    assert "❔ voice chat: asked for, and I do not know whether it was added." in text
    assert "❔ The answer from {panel} to the last request was lost" in unnamed(text)
    assert "I look at what the server has before I ask for anything more" in looking
    assert asked_at_once == []
    assert notes_of(world) == ["voice chat", "web map"]
    assert "2 of 2 ports added" in seen.text


async def test_a_slow_panel_that_adds_it_after_all_is_not_asked_for_another(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    hold = stage.panel.faults.hold(method="POST", path=ROWS)
    stage.watch_requests()
    await stage.too_late("POST", ann.press("Add 2 ports"), ann)
    waiting = await stage.looked_long(ann.seen, ann)
    text = waiting.text
    again = await ann.press("Go on")
    hold.release()
    await stage.pass_time(31)
    seen = ann.saw(again.result)

    assert "❔ The answer from {panel} to the last request was lost" in unnamed(text)
    assert notes_of(world) == ["voice chat", "web map"]
    assert "2 of 2 ports added" in seen.text
    assert stage.asked.count(CREATES) == 2


async def test_two_step_verification_demanded_half_way_is_switched_on_by_a_button(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    world.state.two_factor_level = 2

    await stage.pass_time(61)
    seen = ann.saw(waiting.result)

    assert "Switch it on at {panel}, under Account, Two-Step Verification" in unnamed(seen.text)
    assert links(seen) == {"Open your account on {panel}": f"{stage.panel.url}/account"}
    assert buttons_on(seen) == ["Go on", "Open your account on {panel}", "Show allocations", "Restart…"]


async def test_a_failed_installation_half_way_leads_to_the_server_on_the_panel(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    world.survival.status = "install_failed"

    await stage.pass_time(61)
    seen = ann.saw(waiting.result)

    assert "reinstall" in seen.text
    assert links(seen) == {"Open the server on {panel}": f"{stage.panel.url}/server/{SURVIVAL}"}
    assert "Go on" in seen.buttons


async def test_an_unlink_half_way_stops_it_and_leaves_nothing(stage: TroubledStage, ann: Person, world: World) -> None:
    waiting = await two_made(ann)
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")

    await stage.pass_time(61)
    seen = ann.saw(waiting.result)

    assert "You unlinked or linked another key while this was under way, so I stopped." in seen.text
    assert "2 of 4 ports added" in seen.text
    assert "Go on" not in seen.buttons
    assert notes_of(world) == ["voice chat", "web map"]
    assert stage.stored_of(ann) == []


async def test_another_key_half_way_stops_it_and_go_on_goes_on_with_that_one(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    other = world.state.add_key(world.state.users[1])
    await ann.link(other)

    await stage.pass_time(61)
    stopped = ann.saw(waiting.result)
    text = stopped.text
    stage.panel.requests.clear()
    seen = await ann.press("Go on", on=stopped)

    assert "You unlinked or linked another key" in text
    assert "4 of 4 ports added" in seen.text
    assert {request.key for request in stage.panel.requests} == {other}
    assert len(notes_of(world)) == 4
