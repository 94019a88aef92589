"""A change whose answer is none, is lost, or comes too late: what is told is what was found."""

from __future__ import annotations

import pytest

from bot.panel import errors
from tests.e2e.faults.actions import ACTIONS, CHANGES, ROWS, in_effect, ready
from tests.e2e.faults.kinds import APPLIED, LATE, LOST
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("fault", LOST)
async def test_a_change_without_an_answer_is_told_as_not_made_only_where_it_cannot_come_any_more(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, kind = LOST[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path, "times": None})
    before = stage.truth()

    seen = await stage.looked(await asked.do(ann, world), ann)

    may_come = kind is not errors.PanelFailed
    assert (asked.unknown in seen.text) is may_come
    assert (asked.not_done in seen.text) is not may_come
    assert kind.title.lower() in unnamed(seen.text).lower()
    assert stage.truth() == before
    assert len(stage.changes) == 1


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("fault", APPLIED)
async def test_a_change_whose_answer_was_lost_is_told_as_found(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, _ = APPLIED[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path, "times": None})

    seen = await asked.do(ann, world)

    assert asked.done in seen.text
    assert in_effect(world, action)
    assert len(stage.changes) == 1


@pytest.mark.parametrize("fault", APPLIED)
async def test_a_creation_whose_answer_was_lost_is_very_likely_but_not_certainly_the_new_row(
    stage: TroubledStage, world: World, fault: str
) -> None:
    queue, _ = APPLIED[fault]
    world.survival.subusers[2] = ["allocation.read", "allocation.create"]
    bob = await stage.linked("bob", world.bob)
    queue(stage.panel.faults, {"method": "POST", "path": ROWS, "times": None})

    seen = await bob.run("allocations create", server=world.survival.identifier)

    new = world.state.allocations_of(world.survival)[-1]
    assert f"❔ Very likely added: `203.0.113.7:{new.port}`" in seen.text
    assert "✅" not in seen.text
    assert len(stage.changes) == 1


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("fault", LATE)
async def test_a_change_that_takes_too_long_is_told_as_it_is_by_then(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, applied = LATE[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path})

    waited = await stage.too_late(asked.verb, asked.do(ann, world), ann)
    for _ in range(12):
        await stage.env.advance_time(1.0)
    seen = ann.saw(waited.result)

    assert (asked.done if applied else asked.unknown) in seen.text
    assert in_effect(world, action) is applied
    assert len(stage.changes) == 1
