"""A message says one truth: no old list and no old promise stand beside what is known by now."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.history.recorded import exported
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


async def test_below_an_addition_that_could_not_be_read_back_there_is_no_old_list(
    stage: Stage, ann: Person, world: World
) -> None:
    stage.panel.faults.maintenance(method="GET", path="*/network/allocations", times=None)

    seen = await ann.press("Add port")

    assert "✅ Added" in seen.text
    assert "I could not read it back ({panel} is in maintenance)" in unnamed(seen.text)
    assert "ports used" not in seen.text
    assert list(seen.buttons) == ["Show allocations"]


async def test_nothing_was_changed_is_not_said_within_a_message_that_says_added(
    stage: Stage, ann: Person, world: World
) -> None:
    stage.panel.faults.rate_limited(30, method="POST", path="*/network/allocations/*/primary")

    seen = await ann.run("allocations create", server="Survival", notes="atlas", primary=True)

    assert "✅ Added" in seen.text
    assert "❌ The primary was not changed. {panel} asks me to slow down." in unnamed(seen.text)
    assert "Nothing was changed" not in seen.text


async def test_after_a_plain_500_it_is_not_said_that_the_change_may_still_come(stage: Stage, ann: Person) -> None:
    body = '{"errors":[{"code":"QueryException","status":"500","detail":"An unexpected error was encountered."}]}'
    stage.panel.faults.answer(500, body, method="POST")

    seen = await ann.press("Add port")

    assert "❌ No port was added. {panel} failed to do it" in unnamed(seen.text)
    assert "may still" not in seen.text


async def test_after_a_plain_500_that_says_nothing_of_the_change_it_is_not_said_that_it_may_still_come(
    stage: Stage, world: World
) -> None:
    body = '{"errors":[{"code":"QueryException","status":"500","detail":"An unexpected error was encountered."}]}'
    cid = await stage.linked("cid", world.cid)
    stage.panel.faults.answer(500, body, method="POST")

    seen = await cid.run("allocations create", server="Survival")

    assert "❔ I do not know whether a port was added: {panel} failed to do it" in unnamed(seen.text)
    assert "may still" not in seen.text
    assert "was lost" not in seen.text


async def test_a_deletion_that_the_panel_refused_is_not_told_as_confirmed_where_nothing_can_be_read_back(
    stage: Stage, ann: Person, world: World
) -> None:
    body = '{"errors":[{"code":"NotFoundHttpException","status":"404","detail":"The requested resource could not be '
    body += 'found on the server."}]}'
    await ann.run("allocations delete", server="Survival", allocation="25566")
    stage.panel.faults.answer(404, body, method="DELETE")
    stage.panel.faults.maintenance(method="GET", path="*/network/allocations", times=None)

    seen = await ann.press("Remove 203.0.113.7:25566")

    assert "❌ **That port is no longer there**" in seen.text
    assert "✅" not in seen.text
    (change,) = await exported(ann)
    assert change["outcome"] == "refused"


async def test_add_works_again_with_the_next_read_once_self_service_is_back_on(
    stage: Stage, ann: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(stage.bot.services.allocations, "clock", lambda: clock[0])
    world.state.auto_allocation = False
    await ann.press("Add port")
    world.state.auto_allocation = True
    clock[0] = 5.0

    seen = await ann.run("allocations list", server="Survival")

    assert seen.buttons["Add port"] is True
