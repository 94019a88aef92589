"""An error after which nothing is known leaves no live button of the old picture."""

from __future__ import annotations

import pytest

from bot.demo.panel import Maintenance
from tests.e2e.way_on.messages import a_list
from tests.names import buttons_on, unnamed
from tests.stage import Stage
from tests.world import World


@pytest.mark.parametrize("label", ["Refresh", "Add port"])
async def test_where_the_panel_does_not_tell_no_live_button_of_the_old_picture_is_left(
    stage: Stage, world: World, label: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_list(stage, ann)
    world.state.maintenance = Maintenance()

    seen = await ann.press(label)

    assert seen.message.id == panel.message.id
    assert unnamed(seen.text).startswith("❌ {panel} is in maintenance")
    assert "I do not know what the server holds now" in seen.text
    assert "25566" not in seen.text
    # A change is never repeated by a button of its error.
    assert buttons_on(seen) == ["Try again" if label == "Refresh" else "Show allocations"]


async def test_try_again_on_such_a_message_shows_the_list_in_its_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_list(stage, ann)
    world.state.maintenance = Maintenance()
    await ann.press("Refresh")
    world.state.maintenance = None

    seen = await ann.press("Try again")

    assert seen.message.id == panel.message.id
    assert "2 of 5 ports used" in seen.text
    assert "❌" not in seen.text


async def test_a_choice_is_made_again_by_try_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_list(stage, ann)
    world.state.maintenance = Maintenance()
    await ann.choose("2")
    await stage.restart()
    world.state.maintenance = None

    seen = await ann.press("Try again")

    assert seen.message.id == panel.message.id
    assert "Port 25566" in seen.text
    assert "voice lobby" in seen.text


async def test_a_message_that_a_later_action_used_is_left_to_that(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_list(stage, ann)
    world.state.revoke(world.ann)

    async with stage.slow_panel():
        refreshed = await ann.press("Refresh", on=panel)
        account = await stage.forge(ann, f"v1:account.show:{ann.id}", on=panel)
    refused = ann.saw(refreshed.result)

    assert account.message.id == panel.message.id
    assert "Your link" in account.text
    assert "refused your key" in refused.text
    assert refused.message.id != panel.message.id
