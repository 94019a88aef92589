"""A port's own page: what this person did with it stays marked until the game that runs was started since."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.demo.panel.daemon import RUNNING, Process, Step
from bot.demo.people import Person, Seen
from tests.e2e.checks import LOOK, READ
from tests.e2e.power.restarting import pass_time, promote, restarted, state_of
from tests.e2e.starts.pages import HEDGE, NO, SURE, page_of
from tests.e2e.statements import traced
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World

DAY = 86400.0


async def page_of_added(stage: TroubledStage, person: Person, world: World) -> Seen:
    """Return the own page of the port that was added last, after which alone the panel was asked."""
    port = world.state.allocations_of(world.survival)[-1].port
    await person.run("allocations list", server=SURVIVAL)
    stage.panel.requests.clear()
    return await person.choose(f"203.0.113.7:{port}")


async def test_a_ports_own_page_says_that_the_game_which_runs_since_before_does_not_know_it(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 7200.0)
    await ann.run("allocations create", server=SURVIVAL)

    seen = await page_of_added(stage, ann, world)

    assert "🔁 You added it through me <t:" in seen.text
    assert SURE in seen.text
    assert stage.asked == [f"GET /servers/{SURVIVAL}", f"GET /servers/{SURVIVAL}/resources"]


async def test_a_ports_own_page_says_nothing_of_it_after_a_restart_that_the_bot_has_watched(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 7200.0)
    await ann.run("allocations create", server=SURVIVAL)
    await state_of(ann)
    await restarted(stage, ann, 45)

    seen = await page_of_added(stage, ann, world)

    assert "through me" not in seen.text
    assert "next start" not in seen.text


async def test_a_ports_own_page_leaves_open_whether_an_offline_game_was_started_since(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    assert HEDGE in (await page_of_added(stage, ann, world)).text


async def test_a_ports_own_page_leaves_open_what_the_panel_cannot_tell(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    stage.panel.faults.answer(500, "{}", path="*/resources", times=None)

    seen = await page_of_added(stage, ann, world)

    assert "🔁 You added it through me <t:" in seen.text
    assert HEDGE in seen.text


async def test_a_ports_own_page_leaves_open_what_a_machine_does_that_is_away(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    world.state.nodes[world.survival.node_id].daemon.connects = False

    assert HEDGE in (await page_of_added(stage, ann, world)).text


async def test_a_ports_own_page_does_not_wait_for_a_panel_that_is_slow_to_tell(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    port = world.state.allocations_of(world.survival)[-1].port
    await ann.run("allocations list", server=SURVIVAL)

    async with stage.slow_panel(lambda request: request.url.path.endswith("/resources")):
        waiting = await ann.choose(f"203.0.113.7:{port}")
        await stage.env.advance_time(1.1)
        seen = ann.saw(waiting.result)

        assert f"Port {port}" in (seen.embed.title or "")
        assert HEDGE in seen.text


async def test_a_new_primarys_page_says_so_and_the_earlier_ones_does_not(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    new = (await page_of(ann, "203.0.113.7:25566")).text
    old = (await page_of(ann, "play.example.com:25565")).text
    await ann.run("allocations primary", server=SURVIVAL, allocation="25565")
    back = (await page_of(ann, "203.0.113.7:25566")).text

    assert "🔁 You made it the primary through me <t:" in new
    assert "through me" not in old
    assert "through me" not in back


async def test_what_waits_for_a_start_stays_on_a_ports_page_below_an_error(stage: TroubledStage, ann: Person) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    page = await page_of(ann, "203.0.113.7:25566")
    stage.panel.faults.answer(400, NO, path="/api/client/*", times=1)

    seen = await ann.press("Copy address")

    assert seen.message.id == page.message.id
    assert (seen.embed.description or "").startswith("❌ **")
    assert "🔁 You made it the primary through me <t:" in seen.text
    assert SURE in seen.text


async def test_notes_that_were_changed_are_nothing_a_game_waits_for(stage: TroubledStage, ann: Person) -> None:
    await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text="map")

    seen = await page_of(ann, "203.0.113.7:25566")

    assert "through me" not in seen.text


async def test_what_another_member_did_is_not_told_as_ones_own(stage: TroubledStage, ann: Person, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read"]
    bob = await stage.linked("bob", world.bob)
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    seen = await page_of(bob, "203.0.113.7:25566")

    assert "through me" not in seen.text


async def test_the_record_is_read_once_for_a_ports_own_page(stage: TroubledStage, ann: Person) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    await ann.run("allocations list", server=SURVIVAL)
    statements = await traced(stage)

    seen = await ann.choose("203.0.113.7:25566")

    assert SURE in seen.text
    assert len([one for one in statements if one.startswith("SELECT * FROM changes")]) == 1, statements
    assert not [one for one in statements if one.startswith("SELECT count(*) FROM changes")], statements


@pytest.fixture
async def page_of_old(stage: TroubledStage, ann: Person, world: World) -> Callable[[], Awaitable[Seen]]:
    """Return what opens the page of a port that was added two days ago, on a server that has run for eight."""
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 8 * DAY)
    await ann.run("allocations create", server=SURVIVAL)
    stage.execute("UPDATE changes SET at = at - 172800")
    return lambda: page_of_added(stage, ann, world)


async def test_however_long_ago_it_was_it_stays_marked_until_the_game_is_started(
    stage: TroubledStage, world: World, page_of_old: Callable[[], Awaitable[Seen]]
) -> None:
    before = (await page_of_old()).text
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), DAY)
    await pass_time(stage, 21)

    after = (await page_of_old()).text

    assert SURE in before
    assert "through me" not in after


async def test_where_the_panel_cannot_tell_it_is_left_out_after_a_day(
    stage: TroubledStage, page_of_old: Callable[[], Awaitable[Seen]]
) -> None:
    stage.panel.faults.answer(500, "{}", path="*/resources", times=None)

    assert "through me" not in (await page_of_old()).text


@pytest.mark.parametrize(
    "process",
    [Process.offline, lambda now: Process([Step(now - DAY, RUNNING, None)])],
    ids=["offline", "of an age that is not told"],
)
async def test_so_it_is_where_no_game_runs_or_nobody_says_since_when(
    stage: TroubledStage,
    world: World,
    page_of_old: Callable[[], Awaitable[Seen]],
    process: Callable[[float], Process],
) -> None:
    stage.execute("UPDATE changes SET at = at - 5184000")
    world.state.processes[world.survival.id] = process(stage.panel.now())

    seen = await page_of_old()

    assert "through me" not in seen.text
    assert stage.asked == [READ, LOOK]


async def test_once_it_is_known_that_the_game_was_started_since_the_panel_is_not_asked_again(
    stage: TroubledStage, world: World, page_of_old: Callable[[], Awaitable[Seen]]
) -> None:
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), DAY)

    await page_of_old()
    first = list(stage.asked)
    await page_of_old()

    assert first == [READ, LOOK]
    assert stage.asked == [READ]


async def test_what_somebody_else_did_is_marked_where_it_is_asked_what_the_server_does(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    promote(world)

    page = (await page_of(ann, "203.0.113.7:25566")).text
    asked = (await state_of(ann)).text

    assert "next start" not in page
    assert "▫️ `203.0.113.7:25566` became the primary <t:" in asked
