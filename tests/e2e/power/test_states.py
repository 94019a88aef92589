"""A server that is suspended, installing or in transfer: restart and several have their answer, and none is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.several.plans import asked, open_several_stage
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World


def _status(status: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.survival.status = status

    return change


def _in_transfer(world: World) -> None:
    world.survival.transferring = True


STATES: dict[str, tuple[Callable[[World], None], str]] = {
    "suspended": (_status("suspended"), "suspended"),
    "installing": (_status("installing"), "installing"),
    "in transfer": (_in_transfer, "being transferred"),
    "restoring": (_status("restoring_backup"), "restoring a backup"),
}


@pytest.fixture(params=[Flavour.PTERODACTYL_1_12, Flavour.PELICAN], ids=lambda flavour: flavour.name.lower())
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[TroubledStage]:
    """Yield a stage of each panel; a test in which the bot logs a bug fails."""
    async with open_several_stage(world, tmp_path, caplog, request.param) as opened:
        yield opened


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return the owner of Survival, linked."""
    return await stage.linked("ann", world.ann)


@pytest.mark.parametrize("state", STATES)
async def test_the_list_offers_no_restart_and_a_list_from_before_says_why(
    stage: TroubledStage, ann: Person, world: World, state: str
) -> None:
    happens, words = STATES[state]
    before = await ann.run("allocations list", server=SURVIVAL)
    happens(world)

    seen = await ann.press("Restart…", on=before)
    text, buttons = seen.text, list(seen.buttons)
    now = list((await ann.run("allocations list", server=SURVIVAL)).buttons)

    assert words in text
    assert not [label for label in buttons if label.startswith(("Restart S", "Start"))]
    assert "Restart…" not in now
    assert stage.changes == []


@pytest.mark.parametrize("state", STATES)
async def test_what_comes_between_the_question_and_the_press_keeps_the_command_from_being_sent(
    stage: TroubledStage, ann: Person, world: World, state: str
) -> None:
    happens, words = STATES[state]
    await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Restart…")
    happens(world)

    seen = await ann.press("Restart Survival")

    assert words in seen.text
    assert stage.changes == []


@pytest.mark.parametrize("state", STATES)
async def test_several_are_neither_offered_nor_begun(
    stage: TroubledStage, ann: Person, world: World, state: str
) -> None:
    happens, words = STATES[state]
    question = await asked(ann, "Voice chat", "Web map")
    happens(world)

    ended = (await ann.press("Add 2 ports", on=question)).text
    list_ = await ann.run("allocations list", server=SURVIVAL)

    assert words in ended
    assert "0 of 2 ports added" in ended
    assert list_.buttons["Add several…"] is False
    assert stage.changes == []
