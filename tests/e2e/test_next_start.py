"""After the next start: which changes a game has not seen, said wherever it is asked what the server does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from discord.utils import utcnow

from bot.demo.panel import Flavour
from bot.demo.panel.daemon import Process
from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from tests.e2e.test_power import pass_time
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.world import World

SURVIVAL = "5e000001"
FLAVOURS = (Flavour.PTERODACTYL_1_11, Flavour.PELICAN)
MARK = "⏳ **After the next start** these take effect:"


@pytest.fixture(params=FLAVOURS, ids=lambda flavour: flavour.name.lower())
async def stage(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> AsyncIterator[TroubledStage]:
    """Yield a stage of each panel; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path, flavour=request.param) as stage:
        yield stage
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


async def state_of(person: Person, button: str = "Restart…") -> Seen:
    """Return what the button of the list shows."""
    await person.run("allocations list", server=SURVIVAL)
    return await person.press(button)


def promote(world: World) -> None:
    """Make the second port the primary on the panel's own page."""
    WebPage(world.state, None).make_primary(world.survival, world.state.allocations[2])


async def restarted(stage: TroubledStage, person: Person, seconds: int) -> Seen:
    """Press Restart in the question and return what is seen so many seconds later."""
    seen = await person.press("Restart Survival")
    await pass_time(stage, seconds)
    return person.saw(seen.result)


# ------------------------------------------------------------------------------------- where it is asked


async def test_a_restart_that_did_not_come_about_leaves_the_addresses_marked(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    promote(world)
    world.state.process_of(world.survival).stops = 1000.0
    await state_of(ann)

    seen = await restarted(stage, ann, 70)

    assert "It is still stopping after 60 seconds" in seen.text
    assert MARK in seen.text
    assert "▫️ `203.0.113.7:25566` became the primary <t:" in seen.text


async def test_a_restart_that_came_about_takes_the_mark_away(stage: TroubledStage, ann: Person, world: World) -> None:
    promote(world)
    before = (await state_of(ann)).text

    seen = await restarted(stage, ann, 45)
    after = await state_of(ann)

    assert MARK in before
    assert MARK not in seen.text
    assert MARK not in after.text


async def test_a_restart_on_the_panels_own_page_takes_the_mark_away_too(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    promote(world)
    before = (await state_of(ann)).text
    await pass_time(stage, 30)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 0.0)
    await pass_time(stage, 5)

    after = await state_of(ann)

    assert MARK in before
    assert MARK not in after.text


async def test_a_server_that_is_offline_says_that_what_was_changed_takes_effect_when_it_starts(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    seen = await state_of(ann)

    assert "It is offline. Whatever was changed takes effect when it starts." in seen.text


# --------------------------------------------------------------------- who may look, and no more than look


async def test_what_the_server_does_is_shown_to_whoever_sees_it_with_the_marks_and_nothing_to_press(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "activity.read"]
    bob = await stage.linked("bob", world.bob)
    promote(world)
    on_the_list = list((await bob.run("allocations list", server=SURVIVAL)).buttons)

    seen = await bob.press("Is it running?")

    assert "Restart…" not in on_the_list
    assert "It is running, and was started <t:" in seen.text
    assert MARK in seen.text
    assert "You lack the panel permission `control.restart`." in seen.text
    assert list(seen.buttons) == ["Back", "Look again"]
    assert stage.changes == []


@pytest.mark.parametrize("permission", ["control.start", "control.restart"])
async def test_whoever_may_start_or_restart_it_has_the_button_that_asks(
    stage: TroubledStage, world: World, permission: str
) -> None:
    world.survival.subusers[2] = ["allocation.read", permission]
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations list", server=SURVIVAL)

    assert "Restart…" in seen.buttons
    assert "Is it running?" not in seen.buttons


# ----------------------------------------------- a port's own page: asked only after a change of one's own


async def page_of(person: Person, address: str) -> Seen:
    """Return a port's own page."""
    await person.run("allocations list", server=SURVIVAL)
    return await person.choose(address)


@pytest.fixture
def by_record(stage: TroubledStage) -> None:
    """Let the process's age be reckoned by the clock that the bot's own record goes by, which here is Discord's."""
    stage.bot.services.power.now = utcnow


NO = '{"errors":[{"code":"X","status":"400","detail":"no"}]}'
HEDGE = "the game sees that at its next start, unless it has been started since. I do not know what it is doing now."
SURE = "that takes effect at the game's next start."


async def page_of_added(stage: TroubledStage, person: Person, world: World) -> Seen:
    """Return the own page of the port that was added last, after which alone the panel was asked."""
    port = world.state.allocations_of(world.survival)[-1].port
    await person.run("allocations list", server=SURVIVAL)
    stage.panel.requests.clear()
    return await person.choose(f"203.0.113.7:{port}")


@pytest.mark.usefixtures("by_record")
async def test_a_ports_own_page_says_that_the_game_which_runs_since_before_does_not_know_it(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 7200.0)
    await ann.run("allocations create", server=SURVIVAL)

    seen = await page_of_added(stage, ann, world)

    assert "🔁 You added it through me <t:" in seen.text
    assert SURE in seen.text
    assert stage.asked == [f"GET /servers/{SURVIVAL}", f"GET /servers/{SURVIVAL}/resources"]


@pytest.mark.usefixtures("by_record")
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


async def test_a_ports_own_page_says_of_an_offline_game_that_its_next_start_brings_it(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    assert SURE in (await page_of_added(stage, ann, world)).text


async def test_a_ports_own_page_leaves_open_what_the_panel_cannot_tell(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    stage.panel.faults.answer(500, "{}", path="*/resources", times=None)

    seen = await page_of_added(stage, ann, world)

    assert "🔁 You added it through me <t:" in seen.text
    assert HEDGE in seen.text


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


@pytest.mark.usefixtures("by_record")
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
    assert HEDGE in seen.text


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


async def test_after_a_day_a_ports_page_says_nothing_of_it_any_more(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    stage.execute("UPDATE changes SET at = at - 86401")

    seen = await page_of(ann, "203.0.113.7:25566")

    assert "through me" not in seen.text
