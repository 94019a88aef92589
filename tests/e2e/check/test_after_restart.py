"""After a restart that followed a change, the port for which it was can be checked."""

from __future__ import annotations

import pytest

from bot.demo.games import JavaGame
from bot.demo.panel.daemon import Process
from bot.demo.panel.page import WebPage
from bot.demo.people import Person
from tests.e2e.checks import CheckingStage, place
from tests.names import buttons_on
from tests.ports import free_port
from tests.world import SURVIVAL, World


@pytest.mark.parametrize("change", ["create", "primary", "none"])
async def test_after_a_restart_the_port_for_which_it_was_can_be_checked(
    stage: CheckingStage, ann: Person, world: World, change: str
) -> None:
    async with JavaGame() as game:
        place(world, world.survival, game.port)
        row = world.state.allocations_of(world.survival)[-1]
        if change == "create":
            world.state.release(row)
            WebPage(world.state, None).create(world.survival, game.port, "127.0.0.1")
        else:
            WebPage(world.state, None).make_primary(world.survival, row)
        if change == "none":
            stage.panel.advance(60)
            world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 30.0)
        await ann.run("allocations list", server=SURVIVAL)
        await ann.press("Restart…")
        restarted = await ann.press("Restart Survival")
        for _ in range(45):
            await stage.pass_time(1.0)
        over = ann.saw(restarted.result).text

        seen = await ann.press(f"Check port {game.port}")

    assert "✅ It is running again" in over
    assert "✅ Answers as Minecraft Java" in seen.text


async def test_while_a_server_is_on_its_way_a_check_is_not_offered(stage: CheckingStage, ann: Person) -> None:
    await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Restart…")

    seen = await ann.press("Restart Survival")

    assert not [label for label in buttons_on(seen) if label.startswith("Check")]


async def test_after_a_restart_for_a_port_that_it_cannot_hear_the_primary_is_offered(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    port = free_port()
    WebPage(world.state, None).create(world.survival, world.state.add_allocation("127.0.0.1", port).port, "127.0.0.1")
    world.state.allocations_of(world.survival)[-1].notes = "voice chat"
    await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Restart…")
    restarted = await ann.press("Restart Survival")
    for _ in range(45):
        await stage.pass_time(1.0)

    over = ann.saw(restarted.result)

    assert [label for label in buttons_on(over) if label.startswith("Check")] == ["Check port 25565"]
