"""What takes effect at the next start: changes that the game has not seen are marked in the question."""

from __future__ import annotations

from discord.utils import utcnow

from bot.demo.panel.page import WebPage
from bot.demo.people import Person
from tests.e2e.power.restarting import pass_time, state_of
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World


async def test_changes_that_the_game_has_not_seen_are_marked_until_the_restart(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    WebPage(world.state, None).make_primary(world.survival, world.state.allocations[2])

    seen = await state_of(ann)
    assert "**After the next start** these take effect:" in seen.text
    assert "`203.0.113.7:25566` became the primary <t:" in seen.text
    seen = await ann.press("Restart Survival")
    await pass_time(stage, 45)

    assert "The new address `203.0.113.7:25566` is in effect." in ann.saw(seen.result).text
    await ann.press("Show allocations")
    assert "After the next start" not in (await ann.press("Restart…")).text


async def test_without_the_panels_log_ones_own_changes_are_marked(stage: TroubledStage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update", "control.restart"]
    bob = await stage.linked("bob", world.bob)
    # The record is kept by the bot's own time of day, which the simulated Discord sets.
    stage.bot.services.power.now = utcnow
    await bob.run("allocations primary", server=SURVIVAL, allocation="25566")

    seen = await bob.press("Restart…")

    assert "`203.0.113.7:25566` became the primary <t:" in seen.text


async def test_what_was_taken_back_since_is_not_said_to_take_effect(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    # The record is kept by the bot's own time of day, which the simulated Discord sets; the panel's log by the panel's.
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    for port in (25566, 25565):
        WebPage(world.state, None).make_primary(world.survival, world.state.allocations[port - 25564])
    gone = WebPage(world.state, None).create(world.survival, 25590)
    WebPage(world.state, None).delete(world.survival, gone)

    seen = await state_of(ann)

    assert f"`203.0.113.7:{new.port}` was added <t:" in seen.text
    assert seen.text.count("became the primary") == 1
    assert "`play.example.com:25565` became the primary" in seen.text
    assert "25590" not in seen.text


async def test_a_primary_that_is_the_old_one_again_is_not_said_to_take_effect(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update", "control.restart"]
    bob = await stage.linked("bob", world.bob)
    stage.bot.services.power.now = utcnow
    await bob.run("allocations primary", server=SURVIVAL, allocation="25566")
    await bob.run("allocations primary", server=SURVIVAL, allocation="25565")

    seen = await bob.press("Restart…")

    assert "Restart Survival?" in seen.text
    assert "After the next start" not in seen.text
