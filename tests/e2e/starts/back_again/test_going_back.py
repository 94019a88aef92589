"""The answer to going back asks for a restart only where one changes something, or nobody can tell."""

from __future__ import annotations

from bot.demo.nameserver import NameServer
from bot.demo.panel.daemon import Process
from bot.demo.people import Person
from tests.e2e.checks import LOOK, CheckingStage
from tests.e2e.naming.given import named
from tests.e2e.starts.back_again.primaries import LOG, RESTART, THERE, to_the_first
from tests.names import undo_of
from tests.world import SURVIVAL, World


async def test_what_is_done_does_not_ask_for_a_restart_that_changes_nothing(
    stage: CheckingStage, ann: Person, names: NameServer
) -> None:
    await named(ann)
    there = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    words = there.text
    stage.panel.requests.clear()

    back = await to_the_first(ann)

    assert RESTART in words
    assert THERE not in words
    assert THERE in back.text
    assert "next start" not in back.text
    assert stage.asked[-2:] == [LOOK, LOG]


async def test_nor_does_going_back_by_its_button(stage: CheckingStage, ann: Person, names: NameServer) -> None:
    await named(ann)
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    seen = await ann.press(undo_of(ann.seen))

    assert THERE in seen.text
    assert "next start" not in seen.text


async def test_where_its_name_leads_elsewhere_going_back_asks_for_no_restart_either(
    stage: CheckingStage, ann: Person, names: NameServer
) -> None:
    names.zone = {}
    await named(ann)
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    seen = await to_the_first(ann)

    assert THERE in seen.text
    assert "next start" not in seen.text


async def test_without_a_name_going_back_asks_for_no_restart_that_changes_nothing_either(
    stage: CheckingStage, ann: Person
) -> None:
    there = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    words, first = there.text, list(stage.asked)
    stage.panel.requests.clear()

    back = await ann.press(undo_of(there))

    assert RESTART in words
    assert not {LOOK, LOG} & set(first)
    assert THERE in back.text
    assert "next start" not in back.text
    assert stage.asked[-2:] == [LOOK, LOG]


async def test_without_a_name_it_does_after_a_restart_in_between(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    stage.panel.advance(60)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 10.0)
    stage.panel.advance(30)

    seen = await to_the_first(ann)

    assert RESTART in seen.text
    assert THERE not in seen.text


async def test_without_a_name_it_does_where_ones_own_record_alone_cannot_tell(
    stage: CheckingStage, bob: Person
) -> None:
    await bob.run("allocations primary", server=SURVIVAL, allocation="25566")
    stage.panel.requests.clear()

    seen = await to_the_first(bob)

    assert RESTART in seen.text
    assert stage.asked[-1] == LOOK


async def test_a_panel_that_is_slow_to_tell_what_runs_holds_up_no_answer(stage: CheckingStage, ann: Person) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    async with stage.slow_panel(lambda request: request.url.path.endswith("/resources")):
        waiting = await to_the_first(ann)
        await stage.env.advance_time(0.6)
        words = ann.saw(waiting.result).text
    after = ann.saw(waiting.result).text

    assert RESTART in words
    assert THERE in after
    assert RESTART not in after


async def test_a_port_that_was_not_the_primary_before_is_not_asked_about(stage: CheckingStage, ann: Person) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    await ann.run("allocations create", server=SURVIVAL, primary=True)

    assert not {LOOK, LOG} & set(stage.asked)
