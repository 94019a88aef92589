"""A key of the bot's own: offered after linking, made in place of the pasted one, from whatever address is allowed."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from tests.e2e.swap.swapping import (
    ADDRESS,
    BOTH,
    BOTH_SEEN,
    DELETE,
    KEEP,
    KEYS,
    SWAP,
    SwapStage,
    Ways,
    swapped,
)
from tests.world import World

PELICAN = Ways(Flavour.PELICAN)
SEEN = [Ways(allowed="seen"), Ways(Flavour.PELICAN, allowed="seen")]
OFF = pytest.mark.parametrize("stage", [Ways(swap="off")], indirect=True)
ALWAYS = pytest.mark.parametrize("stage", [Ways(swap="always")], indirect=True)


async def test_after_linking_a_button_offers_the_swap_and_says_what_it_does(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")

    seen = await ann.link(world.ann)

    assert list(seen.buttons) == ["My servers", SWAP]
    assert f"I make a key of my own on {stage.panel_name}, named after me and your Discord account" in seen.text
    assert "never passed through Discord" in seen.text
    assert stage.asked == ["GET /account", "GET /"]


@OFF
async def test_where_swapping_is_off_there_is_no_trace_of_it(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")

    linked = await ann.link(world.ann)
    asked = list(stage.asked)
    account = await ann.run("account")
    offered = list(account.buttons)
    forged = await stage.forge(ann, f"v1:swap.start:{ann.id}:00000000", on=account)

    assert list(linked.buttons) == ["My servers"]
    assert "key of my own" not in linked.text
    assert offered == ["Replace the key", "Get it all as JSON", "Unlink…", f"See your keys on {stage.panel_name}"]
    assert "I do not swap keys here" in forged.text
    assert "Whoever runs me has switched that off." in forged.text
    assert "a key of my own already" not in forged.text
    assert stage.asked == asked == ["GET /account", "GET /"]
    assert stage.own() == []


@BOTH
async def test_the_swap_makes_a_key_checks_it_and_stores_it_in_place_of_the_pasted_one(
    stage: SwapStage, world: World
) -> None:
    ann = stage.person("ann")
    await ann.link(world.ann)
    stage.panel.requests.clear()

    seen = await ann.press(SWAP)

    (own,) = stage.own()
    assert stage.asked == [f"POST {KEYS}", "GET /account"]
    assert [request.key for request in stage.panel.requests] == [world.ann, own.token]
    assert own.description.startswith("Berth, for ann on Discord (")
    assert own.allowed_ips == ()
    assert f"`{own.description}`" in seen.text
    assert f"`{own.token[:5]}…{own.token[-4:]}`" in seen.text
    assert "It works from anywhere." in seen.text
    assert f"the key you pasted, `ptlc_…{world.ann[-4:]}`, but on {stage.panel_name} it still works" in seen.text
    assert list(seen.buttons) == [DELETE, KEEP, "My servers"]
    assert await stage.works_with(ann, own.token)
    assert stage.intents() == 0


@BOTH
async def test_own_keys_are_never_shown_in_full(stage: SwapStage, world: World) -> None:
    ann, seen = await swapped(stage, world.ann)
    account = await ann.run("account")
    await ann.run("unlink")

    (own,) = stage.own()
    said = [str(call.json) + str(call.params) for call in stage.env.http_requests]
    assert own.token[-4:] in seen.text + account.text
    for start in range(5, len(own.token) - 5):
        assert not [text for text in said if own.token[start : start + 6] in text]


@BOTH
async def test_the_pasted_key_does_not_live_on_in_the_store(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)

    (row,) = stage.stored_of(ann)
    opened = await stage.bot.services.keyring.opened(ann.id)

    assert opened[1] is not None
    assert opened[1].reveal() == stage.own()[0].token
    assert world.ann not in str(row)
    assert world.ann[:16] not in str(row)


async def test_the_swap_can_be_reached_from_the_account_while_the_key_is_a_pasted_one(
    stage: SwapStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    before = (await ann.run("account")).text
    await ann.press(SWAP)
    after = await ann.run("account")

    (own,) = stage.own()
    assert "the one you pasted" in before
    assert f"**It works from**: anywhere, unless {stage.panel_name} lists allowed IPs for it" in before
    assert SWAP not in after.buttons
    assert f"one I made for myself on {stage.panel_name}, where it is named `{own.description}`" in after.text
    assert "**It works from**: anywhere" in after.text


@ALWAYS
async def test_always_swaps_right_away_and_then_asks_about_the_pasted_key(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")

    seen = await ann.link(world.ann)

    assert "✅ Linked, with a key of my own" in seen.text
    assert "You are **ann** on" in seen.text
    assert "the key sees 2 servers" in seen.text
    assert list(seen.buttons) == [DELETE, KEEP, "My servers"]
    assert stage.asked == ["GET /account", "GET /", f"POST {KEYS}", "GET /account"]
    assert await stage.works_with(ann, stage.own()[0].token)


@ALWAYS
async def test_always_links_with_the_pasted_key_where_the_swap_fails(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")
    world.state.fill_keys(world.state.users[1])

    seen = await ann.link(world.ann)

    assert "✅ Linked, with the key you pasted" in seen.text
    assert "I did not swap your key" in seen.text
    assert "has no room for another API key" in seen.text
    assert list(seen.buttons) == ["My servers", "Try again", f"See your keys on {stage.panel_name}"]
    assert await stage.works_with(ann, world.ann)


@BOTH_SEEN
async def test_the_new_key_works_from_the_bots_address_only_as_the_panel_sees_it(
    stage: SwapStage, world: World
) -> None:
    ann = stage.person("ann")
    await ann.link(world.ann)
    stage.panel.requests.clear()

    seen = await ann.press(SWAP)

    (own,) = stage.own()
    asked = stage.asked
    assert asked[:2] == [f"POST {KEYS}", "GET /account"]
    assert asked[2].startswith(f"DELETE {KEYS}/")
    assert asked[3:] == [f"POST {KEYS}", "GET /account"]
    assert own.allowed_ips == (ADDRESS,)
    assert f"It works from `{ADDRESS}` only, the address at which {stage.panel_name} sees me." in seen.text
    assert f"**It works from**: `{ADDRESS}` only" in (await ann.run("account")).text
    assert await stage.works_with(ann, own.token)
    await ann.run("account")
    assert "is deleted" in (await ann.press(DELETE)).text
    assert [key.token for key in stage.client_keys()] == [own.token]
