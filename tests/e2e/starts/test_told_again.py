"""The panel repeats for twenty seconds what it heard of a server: nothing is concluded that this leaves open."""

from __future__ import annotations

import pytest

from bot.demo.panel.daemon import Process
from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from bot.domain.power import Started
from tests.e2e.checks import NOTHING, CheckingStage, check
from tests.e2e.power.restarting import state_of
from tests.e2e.starts.pages import HEDGE, SURE, page_of
from tests.names import buttons_on
from tests.ports import free_port
from tests.world import SURVIVAL, World

CANNOT_TELL = "unless the game knows that already: I cannot tell"


async def just_started_and_looked_at(stage: CheckingStage, ann: Person, world: World) -> None:
    """Let the server be started, and the panel hear of that a second later, which it then repeats."""
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 1.0)
    await state_of(ann)
    await stage.pass_time(4.0)


async def added_page(ann: Person, world: World) -> Seen:
    """Return the own page of the port that was added last."""
    return await page_of(ann, f"203.0.113.7:{world.state.allocations_of(world.survival)[-1].port}")


async def test_a_port_added_after_the_start_is_not_taken_for_known_by_what_the_panel_repeats(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    await just_started_and_looked_at(stage, ann, world)
    await ann.run("allocations create", server=SURVIVAL)
    await stage.pass_time(13.0)

    repeated = (await added_page(ann, world)).text
    asked = (await state_of(ann)).text
    await stage.pass_time(10.0)
    anew = (await added_page(ann, world)).text
    asked_anew = (await state_of(ann)).text

    assert HEDGE in repeated
    assert CANNOT_TELL in asked
    assert SURE in anew
    assert "was added <t:" in asked_anew
    assert CANNOT_TELL not in asked_anew


async def test_nor_is_it_by_a_check(stage: CheckingStage, ann: Person, world: World) -> None:
    await just_started_and_looked_at(stage, ann, world)
    port = free_port()
    world.state.add_allocation("127.0.0.1", port)
    WebPage(world.state, None).create(world.survival, port, "127.0.0.1")
    await stage.pass_time(13.0)

    repeated = await check(ann, port)
    text, buttons = repeated.text, buttons_on(repeated)
    await stage.pass_time(31.0)
    anew = await ann.press("Check again")

    assert f"{NOTHING} The server was started <t:" in text
    assert "This port was added <t:" in text
    assert "if that was later, the game knows it only after a restart. I cannot tell." in text
    assert "Restart…" in buttons
    assert "before this port was added (<t:" in anew.text


@pytest.mark.parametrize(
    ("ago", "said"), [(40.0, None), (10.0, HEDGE), (-10.0, SURE)], ids=["long before", "just before", "after"]
)
async def test_by_when_it_was_added_before_a_start_that_the_bot_has_not_seen(
    stage: CheckingStage, ann: Person, world: World, ago: float, said: str | None
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    await stage.pass_time(60.0)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 60.0 - ago)

    seen = await added_page(ann, world)

    assert (said or "") in seen.text
    assert ("through me" in seen.text) is (said is not None)


async def test_a_primary_chosen_just_before_a_start_is_known_to_the_game_or_not_and_that_is_said(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    page = WebPage(world.state, None)
    page.make_primary(world.survival, world.state.allocations[1])
    stage.panel.advance(600)
    page.make_primary(world.survival, world.state.allocations[2])
    stage.panel.advance(60)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 50.0)

    seen = await state_of(ann)

    assert "`203.0.113.7:25566` became the primary <t:" in seen.text
    assert CANNOT_TELL in seen.text


async def test_an_uptime_of_nothing_tells_nothing(stage: CheckingStage, ann: Person, world: World) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    await stage.pass_time(60.0)
    # As of a machine that has itself just been restarted, and has not asked how long the process runs.
    stage.panel.faults.answer(200, RUNNING_SINCE_NOW, path="*/resources", times=None)

    assert HEDGE in (await added_page(ann, world)).text


RUNNING_SINCE_NOW = (
    '{"object":"stats","attributes":{"current_state":"running","is_suspended":false,"resources":{"memory_bytes":0,'
    '"cpu_absolute":0,"disk_bytes":0,"network_rx_bytes":0,"network_tx_bytes":0,"uptime":0}}}'
)


@pytest.mark.parametrize(
    ("moment", "saw", "missed"),
    [
        (877.9, True, False),
        (878.1, False, False),
        (901.9, False, False),
        (902.5, False, False),
        (903.1, False, True),
    ],
)
def test_a_start_is_known_as_nearly_as_the_panel_and_its_count_tell_it(
    moment: float, *, saw: bool, missed: bool
) -> None:
    """It had run for a hundred seconds, as was asked at 1000 and answered at 1001: so 20 s of repeating, and 2 off."""
    started = Started.told(100.0, asked=1000.0, at=1001.0)

    assert (started.saw(moment), started.missed(moment)) == (saw, missed)
