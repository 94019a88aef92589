"""A pasted key that could not be deleted, or may not have been: told as that, and it can be kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.swap.swapping import (
    DELETE,
    KEEP,
    LISTING,
    REMOVING,
    SwapStage,
    always,
    refusing,
    swapped,
)
from tests.names import buttons_on
from tests.world import World


async def test_the_pasted_key_is_not_forgotten_while_the_panel_cannot_be_reached(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    stage.panel.faults.html_bad_gateway(**REMOVING)

    refused = (await ann.press(DELETE)).text
    seen = await ann.press(DELETE)

    assert f"The web server in front of {stage.panel_name} failed" in refused
    assert f"The key you pasted, `ptlc_…{world.ann[-4:]}`, may still work on {stage.panel_name}" in refused
    assert "✅ The key you pasted is deleted" in seen.text
    assert [key.token for key in stage.client_keys()] == [stage.own()[0].token]


def _keys_off(stage: SwapStage) -> None:
    stage.panel.faults.answer(*refusing(403, "HttpForbiddenException", "This action is unauthorized."), **REMOVING)


def _two_factor(stage: SwapStage) -> None:
    stage.panel.state.two_factor_level = 2


def _rate_limited(stage: SwapStage) -> None:
    stage.panel.faults.rate_limited(30, **REMOVING)


def _list_lost(stage: SwapStage) -> None:
    stage.panel.faults.html_bad_gateway(**always(LISTING))


def _answer_lost(stage: SwapStage) -> None:
    stage.panel.faults.reset_after(**REMOVING)


@pytest.mark.parametrize("refuses", [_keys_off, _two_factor, _rate_limited, _list_lost])
async def test_a_pasted_key_that_was_surely_not_deleted_is_told_as_that(
    stage: SwapStage, world: World, refuses: Callable[[SwapStage], None]
) -> None:
    ann, _ = await swapped(stage, world.ann)
    refuses(stage)

    seen = await ann.press(DELETE)

    assert seen.embed.title == "❌ I did not delete the key you pasted"
    assert len(stage.client_keys()) == 2


async def test_a_pasted_key_is_in_doubt_only_where_the_answer_to_its_deletion_was_lost(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    _answer_lost(stage)

    seen = await ann.press(DELETE)

    assert seen.embed.title == "❌ I do not know whether the key you pasted is deleted"
    assert len(stage.client_keys()) == 1


@pytest.mark.parametrize("fault", ["html_bad_gateway", "malformed_json", "maintenance", "reset_after"])
async def test_where_the_pasted_key_cannot_be_deleted_it_can_be_kept(
    stage: SwapStage, world: World, fault: str
) -> None:
    ann, _ = await swapped(stage, world.ann)
    getattr(stage.panel.faults, fault)(**always(LISTING))

    refused = await ann.press(DELETE)
    offered = list(refused.buttons)
    kept = await ann.press(KEEP)

    assert offered[:4] == [DELETE, KEEP, "My servers", f"See your keys on {stage.panel_name}"]
    assert "✅ The key you pasted is kept" in kept.text
    assert len(stage.client_keys()) == 2


async def test_a_pasted_key_that_is_not_deleted_for_the_own_ones_addresses_has_the_form_for_another(
    stage: SwapStage, world: World
) -> None:
    ann, seen = await swapped(stage, world.ann)
    (own,) = stage.own()
    own.allowed_ips = ("198.51.100.9",)

    failed = await ann.press(DELETE, on=seen)

    assert "allow this bot's address" in failed.text
    assert {"Create a key on {panel}", "I have my key"} <= set(buttons_on(failed))
