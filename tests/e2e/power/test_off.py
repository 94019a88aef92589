"""Where the operator lets nobody restart servers: no page, no answer and no text has a trace of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo import stage as demo
from bot.demo.panel.daemon import Process
from bot.demo.people import Person, Seen
from bot.settings import Settings
from tests.e2e.checks import CheckingStage, check, place
from tests.e2e.naming.given import named, names_answered
from tests.ports import free_port
from tests.world import SURVIVAL, World

REFUSES = '{"errors":[{"code":"X","status":"400","detail":"no"}]}'
OFFERS = ("Restart…", "Start…", "Is it running?")


class PowerlessStage(CheckingStage):
    """A stage whose operator has switched restarts off, and Check on."""

    @property
    def settings(self) -> Settings:
        """The settings, with restarts switched off."""
        return super().settings.model_copy(update={"power": "off"})


@pytest.fixture
async def stage(world: World, tmp_path: Path) -> AsyncIterator[PowerlessStage]:
    """Yield such a stage, with room for more ports on Survival."""
    world.survival.limit = 8
    async with demo.open_stage(world.state, tmp_path, kind=PowerlessStage) as stage:
        stage.share_the_clock()
        yield stage


@pytest.fixture
async def ann(stage: PowerlessStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


def shows_no_trace(seen: Seen) -> None:
    """Assert that an answer has neither a button that leads to a restart nor a word of one that Berth would do."""
    assert not [part for part in seen.components if ":power." in str(part.get("custom_id", ""))], seen.text
    assert not set(OFFERS) & set(seen.buttons)
    assert not [offer for offer in OFFERS if offer in seen.text]


async def test_the_pages_of_a_server_and_what_follows_a_change_have_no_trace(
    stage: PowerlessStage, ann: Person, world: World
) -> None:
    shows_no_trace(await ann.run("allocations list", server=SURVIVAL))
    shows_no_trace(await ann.press("Add port"))
    shows_no_trace(await ann.run("allocations primary", server=SURVIVAL, allocation="#2"))
    shows_no_trace(await ann.run("allocations notes", server=SURVIVAL, allocation="#2", text="voice chat"))
    shows_no_trace(await ann.run("allocations list", server=SURVIVAL))
    shows_no_trace(await ann.choose(next(option for option in ann.seen.options if "25566" in option)))
    shows_no_trace(await ann.run("allocations history", server=SURVIVAL))
    shows_no_trace(await ann.run("help"))


async def test_the_end_of_several_has_no_trace(stage: PowerlessStage, ann: Person) -> None:
    end = await ann.run("allocations create", server=SURVIVAL, count=2)

    assert "2 of 2 ports added" in end.text
    shows_no_trace(end)


@pytest.mark.parametrize("offline", [False, True], ids=["running", "offline"])
async def test_a_check_without_an_answer_has_no_trace(
    stage: PowerlessStage, ann: Person, world: World, *, offline: bool
) -> None:
    port = free_port()
    place(world, world.survival, port)
    if offline:
        world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    seen = await check(ann, port)

    assert "No answer on TCP or UDP." in seen.text
    shows_no_trace(seen)


async def test_a_ports_page_with_a_change_of_ones_own_promises_no_restart_and_asks_nothing_of_the_process(
    stage: PowerlessStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1].port
    await ann.run("allocations list", server=SURVIVAL)
    stage.panel.requests.clear()

    page = await ann.choose(f"203.0.113.7:{new}")
    words, asked = page.text, list(stage.asked)
    shows_no_trace(page)
    stage.panel.faults.answer(400, REFUSES, path="/api/client/*", times=1)
    below = await ann.press("Copy address")

    assert "🔁 You added it through me <t:" in words
    assert "at its next start, unless it has been started since. I cannot tell." in words
    assert asked == [f"GET /servers/{SURVIVAL}"]
    assert (below.embed.description or "").startswith("❌ **")
    assert "I cannot tell." in below.text
    shows_no_trace(below)
    assert not [request for request in stage.asked if request.endswith("/resources")]


async def test_a_ports_page_says_nothing_of_a_change_any_more_after_a_day(
    stage: PowerlessStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1].port
    stage.execute("UPDATE changes SET at = at - 86401")
    await ann.run("allocations list", server=SURVIVAL)

    page = await ann.choose(f"203.0.113.7:{new}")

    assert "through me" not in page.text
    shows_no_trace(page)


async def test_a_new_primarys_answer_with_what_dns_says_has_no_trace(stage: PowerlessStage, ann: Person) -> None:
    async with names_answered(stage):
        await named(ann)

        seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert "⚠️ DNS still leads to `:25565`" in seen.text
    shows_no_trace(seen)


async def test_a_port_that_was_the_primary_for_a_while_has_nothing_to_wait_for(
    stage: PowerlessStage, ann: Person
) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    await ann.run("allocations primary", server=SURVIVAL, allocation="25565")
    await ann.run("allocations list", server=SURVIVAL)

    page = await ann.choose("203.0.113.7:25566")

    assert "through me" not in page.text
