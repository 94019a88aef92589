"""What could not be read back is not known, and said to be; what was not done can be tried again."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.lost_answers.changes import CHANGES, before_the_press
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("change", CHANGES)
async def test_when_nothing_can_be_read_back_the_bot_says_that_it_does_not_know(
    stage: TroubledStage, ann: Person, change: str, applied: bool
) -> None:
    verb, do, what = CHANGES[change]
    await before_the_press(ann, change)
    faults = stage.panel.faults
    (faults.reset_after if applied else faults.reset_before)(method=verb)
    faults.hold(method="GET").release()  # the read before the change still works
    faults.html_bad_gateway(method="GET", times=None)

    seen = await stage.looked(await do(ann), ann)

    assert f"❔ I do not know whether {what}" in seen.text
    assert "I could not find out what the server has now" in seen.text
    assert "I did not repeat the change" in seen.text
    assert "✅" not in seen.text
    assert len(stage.changes) == 1


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("change", CHANGES)
async def test_after_a_restart_nothing_is_claimed_that_was_not_seen(
    stage: TroubledStage, ann: Person, world: World, change: str, applied: bool
) -> None:
    verb, do, _ = CHANGES[change]
    await before_the_press(ann, change)
    await stage.restart()
    stage.watch_requests()
    faults = stage.panel.faults
    (faults.reset_after if applied else faults.reset_before)(method=verb)

    seen = await stage.looked(await do(ann), ann)

    assert ("✅" in seen.text) is applied
    assert ("❔ I do not know whether" in seen.text) is not applied
    assert "Below is what {panel} holds now" in unnamed(seen.text) or applied
    assert len(stage.changes) == 1


async def test_without_permission_to_read_a_lost_creation_stays_unknown(stage: TroubledStage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)
    stage.panel.faults.reset_after(method="POST")

    seen = await stage.looked(await cid.run("allocations create", server="Survival"), cid)

    assert "❔ I do not know whether a port was added" in seen.text
    assert "I could not find out what the server has now" in seen.text
    assert len(stage.changes) == 1


@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_not_done_can_be_tried_again_by_the_person(
    stage: TroubledStage, ann: Person, change: str
) -> None:
    verb, do, _ = CHANGES[change]
    await before_the_press(ann, change)
    stage.panel.faults.reset_before(method=verb)

    first = (await stage.looked(await do(ann), ann)).text
    await before_the_press(ann, change)
    again = (await do(ann)).text

    assert "❔" in first
    assert "✅" in again
    assert len(stage.changes) == 2


async def test_the_list_under_the_outcome_is_the_one_that_was_read_back(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST")
    world.state.allocations[2].notes = "changed on the panel meanwhile"

    seen = await ann.press("Add port")

    assert "changed on the panel meanwhile" in seen.text
    assert f"GET /servers/{world.survival.identifier}/network/allocations" in stage.asked[2:]
