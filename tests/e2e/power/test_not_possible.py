"""What keeps somebody from a restart: a permission, the server's state, the machine, the operator."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from bot.settings import Settings
from tests.e2e.power.restarting import SEND, state_of
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World

REFUSES = '{"errors":[{"code":"X","status":"400","detail":"no"}]}'


async def test_a_command_that_was_refused_is_no_restart_under_way_and_can_be_sent_at_once(
    stage: TroubledStage, ann: Person
) -> None:
    await state_of(ann)
    stage.panel.faults.answer(400, REFUSES, method="POST", path="*/power", times=1)
    refused = (await ann.press("Restart Survival")).text
    await state_of(ann)

    again = await ann.press("Restart Survival")

    assert "refused the request" in refused
    assert "has accepted it" in again.text
    assert stage.changes == [SEND, SEND]


async def test_without_the_permission_there_is_nothing_to_restart_it_with(stage: TroubledStage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)

    on_the_list = list((await bob.run("allocations list", server=SURVIVAL)).buttons)
    looked = await bob.press("Is it running?")

    assert "Restart…" not in on_the_list
    assert list(looked.buttons) == ["Back", "Look again"]


async def test_who_may_start_but_not_restart_is_told_so(stage: TroubledStage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "control.start"]
    bob = await stage.linked("bob", world.bob)

    seen = await state_of(bob)

    assert "You lack the panel permission `control.restart`." in seen.text
    assert list(seen.buttons) == ["Back", "Look again"]


async def test_a_permission_that_was_withdrawn_since_the_question_sends_nothing(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "control.restart"]
    bob = await stage.linked("bob", world.bob)
    await state_of(bob)
    world.survival.subusers[2] = ["allocation.read"]

    seen = await bob.press("Restart Survival")

    assert "You lack the panel permission `control.restart`." in seen.text
    assert stage.changes == []


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_a_refusal_of_the_machine_is_not_told_as_one_of_key_or_rights(
    stage: TroubledStage, ann: Person, world: World, status: int
) -> None:
    await state_of(ann)
    stage.panel.advance(1.0)
    daemon = world.state.nodes[world.survival.node_id].daemon
    daemon.status, daemon.says = status, "the daemon does not like it"

    seen = await ann.press("Restart Survival")

    assert "Your panel account" not in seen.text
    assert "refused your key" not in seen.text
    assert "permission" not in seen.text


async def test_a_suspended_server_has_no_button_and_an_old_one_says_why(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    list_ = await ann.run("allocations list", server=SURVIVAL)
    world.survival.status = "suspended"

    seen = await ann.press("Restart…", on=list_)

    assert "suspended" in seen.text
    assert stage.changes == []


async def test_with_power_off_there_is_no_trace_of_it(
    stage: TroubledStage, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await state_of(ann)
    custom_id = question.custom_id("Restart Survival")
    off = stage.settings.model_copy(update={"power": "off"})
    monkeypatch.setattr(type(stage), "settings", property(lambda _: off))
    await stage.restart()

    seen = await ann.run("allocations list", server=SURVIVAL)
    pressed = await stage.forge(ann, custom_id, on=question)

    assert isinstance(off, Settings)
    assert "Restart…" not in seen.buttons
    assert "Is it running?" not in seen.buttons
    assert "Restarting servers is switched off here" in pressed.text
    link = next(part for part in pressed.components if "url" in part)
    assert (link["label"], link["url"]) == (
        f"Open the server on {stage.bot.site.name}",
        f"{stage.panel.url}/server/{SURVIVAL}",
    )
    assert stage.changes == []
