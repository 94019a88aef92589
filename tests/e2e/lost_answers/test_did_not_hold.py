"""What the panel said was done and did not hold is noticed; so is a server left without its primary."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.lost_answers.changes import ROWS
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World


async def test_a_creation_that_did_not_hold_is_noticed(stage: TroubledStage, ann: Person, world: World) -> None:
    stage.panel.faults.lies(method="POST")

    seen = await ann.press("Add port")

    assert "❌ No port was added. {panel} said yes, but when I read it back the change was not there" in unnamed(
        seen.text
    )
    assert "2 of 5 ports used" in seen.text
    assert len(world.state.allocations_of(world.survival)) == 2
    assert len(stage.changes) == 1


async def test_a_promotion_that_did_not_hold_is_noticed(stage: TroubledStage, ann: Person, world: World) -> None:
    stage.panel.faults.lies(method="POST")

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert "❌ The primary was not changed. {panel} said yes, but" in unnamed(seen.text)
    assert "⭐ `play.example.com:25565`" in seen.text
    assert world.survival.primary_id == 1
    assert len(stage.changes) == 1


@pytest.mark.parametrize(
    ("step", "path", "told"),
    [
        ("notes", f"{ROWS}/*", "❌ The notes were not changed, although"),
        ("primary", f"{ROWS}/*/primary", "❌ The primary was not changed, although"),
    ],
)
async def test_a_step_of_a_creation_that_did_not_hold_is_noticed(
    stage: TroubledStage, ann: Person, step: str, path: str, told: str
) -> None:
    stage.panel.faults.lies(method="POST", path=path)

    seen = await ann.run(
        "allocations create", server="Survival", **({"notes": "map"} if step == "notes" else {"primary": True})
    )

    assert "✅ Added" in seen.text
    assert told in seen.text
    assert len(stage.changes) == 2


async def test_a_server_whose_primary_is_not_its_own_shows_a_warning_and_can_be_healed(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.release(world.state.allocations[1])

    warned = (await ann.press("Refresh")).text
    healed = (await ann.run("allocations primary", server="Survival", allocation="25566")).text

    assert "⚠️ No port is the primary" in warned
    assert "✅ Made primary `203.0.113.7:25566`" in healed
    assert "No port is the primary" not in healed


async def test_a_creation_after_which_no_allocation_is_the_primary_says_so(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.release(world.state.allocations[1])

    seen = await ann.press("Add port")

    assert "✅ Added" in seen.text
    assert "⚠️ No port is the primary" in seen.text
