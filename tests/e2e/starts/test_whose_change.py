"""Whose change it was, and whether it was one: told of a port's own page and by Check."""

from __future__ import annotations

from bot.demo.panel.daemon import Process
from bot.demo.panel.page import WebPage
from bot.demo.people import Person
from tests.e2e.checks import HOURS, CheckingStage, check
from tests.e2e.power.restarting import promote, state_of
from tests.e2e.starts.pages import NO, page_of
from tests.world import SURVIVAL, World


async def test_what_was_refused_is_not_told_as_done_when_somebody_else_did_it_later(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    stage.panel.faults.answer(400, NO, method="POST", times=1)
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    promote(world)

    page = await page_of(ann, "203.0.113.7:25566")

    assert "**Primary**" in page.text
    assert "through me" not in page.text


async def test_a_check_of_a_port_of_ones_own_that_somebody_else_made_the_primary_since_says_so(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    for row in world.state.allocations.values():
        if row.ip == "203.0.113.7":
            row.ip, row.ip_alias = "127.0.0.1", None
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    stage.panel.advance(HOURS + 600)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), HOURS)
    WebPage(world.state, None).make_primary(world.survival, new)

    seen = await check(ann, new.port)

    assert "before this port became the primary (<t:" in seen.text


async def test_a_log_of_which_only_the_end_was_read_does_not_tell_how_it_began(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    page = WebPage(world.state, None)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), HOURS)
    promote(world)
    stage.panel.advance(60)
    for _ in range(50):
        page.delete(world.survival, page.create(world.survival, 25590))
    stage.panel.advance(60)
    page.make_primary(world.survival, world.state.allocations[1])

    seen = await state_of(ann)

    assert "`play.example.com:25565` became the primary <t:" in seen.text
    assert ", unless the game knows that already: I cannot tell" in seen.text
