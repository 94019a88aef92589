"""A key of the bot's own: made after linking, in place of the pasted one, and gone when it is no longer needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

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
    open_swap_stage,
    own_key_pasted_with_its_intent_kept,
    swapped,
)
from tests.stage import check_no_bug
from tests.world import World

PELICAN = Ways(Flavour.PELICAN)
SEEN = [Ways(allowed="seen"), Ways(Flavour.PELICAN, allowed="seen")]
OFF = pytest.mark.parametrize("stage", [Ways(swap="off")], indirect=True)
ALWAYS = pytest.mark.parametrize("stage", [Ways(swap="always")], indirect=True)


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[SwapStage]:
    """Yield a stage with the ways of the parameter; a test in which the bot logs a bug fails."""
    async with open_swap_stage(world.state, tmp_path, getattr(request, "param", Ways())) as opened:
        yield opened
    check_no_bug(opened, caplog)


# The offer


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


# The swap


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


@BOTH
async def test_the_pasted_key_is_deleted_if_the_person_says_that_nothing_else_uses_it(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)

    seen = await ann.press(DELETE)

    (own,) = stage.client_keys()
    assert stage.asked == [f"GET {KEYS}", f"DELETE {KEYS}/{world.ann[:16]}"]
    assert {request.key for request in stage.panel.requests} == {own.token}
    assert f"`ptlc_…{world.ann[-4:]}` no longer works on {stage.panel_name}." in seen.text
    assert await stage.works_with(ann, own.token)
    assert DELETE not in (await ann.run("account")).buttons


async def test_the_pasted_key_is_kept_if_something_else_uses_it(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)

    seen = await ann.press(KEEP)

    assert "stays on" in seen.text
    assert stage.asked == []
    assert len(stage.client_keys()) == 2
    assert f"See your keys on {stage.panel_name}" in seen.buttons
    account = await ann.run("account")
    assert "The key you pasted" not in account.text
    assert DELETE not in account.buttons


async def test_a_pasted_key_that_was_deleted_on_the_panel_meanwhile_is_said_to_be_gone(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    world.state.revoke(world.ann)

    seen = await ann.press(DELETE)

    assert "was gone from" in seen.text
    assert stage.asked == [f"GET {KEYS}"]


async def test_the_question_about_the_pasted_key_is_asked_in_the_account_until_it_is_answered(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    await stage.restart()

    account = await ann.run("account")
    asks = account.text
    later = await ann.run("account")
    seen = await ann.press(DELETE, on=account)
    again = await ann.press(DELETE, on=later)

    assert f"**The key you pasted**: `ptlc_…{world.ann[-4:]}`" in asks
    assert "✅ The key you pasted is deleted" in seen.text
    assert "I no longer ask about that key" in again.text
    assert len(stage.client_keys()) == 1


async def test_an_old_question_does_not_delete_the_key_that_was_pasted_later(stage: SwapStage, world: World) -> None:
    ann, old = await swapped(stage, world.ann)
    later = world.state.add_key(world.state.users[1])
    await ann.link(later)
    await ann.press(SWAP)
    stage.panel.requests.clear()

    seen = await ann.press(DELETE, on=old)

    assert "I no longer ask about that key" in seen.text
    assert stage.asked == []
    assert later in [key.token for key in stage.client_keys()]


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


# The address


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


# Two at once


async def test_a_second_press_while_the_swap_is_under_way_makes_no_second_key(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")
    linked = await ann.link(world.ann)

    async with stage.slow_panel():
        first = await ann.press(SWAP, on=linked)
        second = await ann.press(SWAP, on=linked)
    words, offered, beside = second.text, list(second.buttons), second.message.id
    account = await ann.press("My account", on=second)

    assert "Your key is being swapped at this moment." in words
    assert "Wait for the first answer" in words
    assert offered == ["My account"]
    assert beside != linked.message.id
    assert "✅ Swapped" in ann.saw(first.result).text
    assert "one I made for myself on" in account.text
    assert len(stage.own()) == 1


async def test_a_press_after_the_swap_says_that_it_is_done(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")
    linked = await ann.link(world.ann)
    account = await ann.run("account")
    await ann.press(SWAP, on=linked)

    seen = await ann.press(SWAP, on=account)

    assert "I use a key of my own already" in seen.text
    assert len(stage.own()) == 1


async def test_who_unlinks_during_the_swap_leaves_no_key_of_the_bots_behind(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")
    linked = await ann.link(world.ann)
    question = await ann.run("unlink")

    async with stage.slow_panel():
        await ann.press(SWAP, on=linked)
        await ann.press(f"Unlink ptlc_…{world.ann[-4:]}", on=question)

    assert stage.own() == []
    assert [key.token for key in stage.client_keys()] == [world.ann]
    assert stage.stored_of(ann) == []


async def test_who_links_another_key_during_the_swap_has_that_one_and_no_other(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")
    linked = await ann.link(world.ann)
    form = await ann.run("link")

    async with stage.slow_panel():
        await ann.press(SWAP, on=linked)
        await ann.fill(on=form, key=world.dan)

    assert stage.own() == []
    assert "**Panel account**: dan" in (await ann.run("account")).text


# Parting


@BOTH
async def test_unlinking_deletes_the_own_key_on_the_panel_and_says_so(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()

    question = await ann.run("unlink")
    asked, words = list(stage.asked), question.text
    seen = await ann.press(next(label for label in question.buttons if label.startswith("Unlink")))

    assert f"I delete my key `{own.token[:5]}…{own.token[-4:]}` on {stage.panel_name}" in words
    assert asked == []
    assert stage.asked == [f"DELETE {KEYS}/{own.identifier}"]
    assert stage.panel.requests[-1].key == own.token
    assert f"My own key `{own.token[:5]}…{own.token[-4:]}` is deleted on {stage.panel_name} too." in seen.text
    assert f"the key you pasted, `ptlc_…{world.ann[-4:]}`, delete it on {stage.panel_name} too" in seen.text
    assert f"See your keys on {stage.panel_name}" in seen.buttons
    assert stage.own() == []
    assert stage.stored_of(ann) == []


async def test_unlinking_a_pasted_key_asks_nothing_of_the_panel_and_opens_its_page(
    stage: SwapStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("unlink")
    seen = await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    assert stage.asked == []
    assert f"delete it on {stage.panel_name} too" in seen.text
    assert list(seen.buttons) == ["Link again", f"See your keys on {stage.panel_name}"]


@BOTH
async def test_linking_again_deletes_the_own_key_on_the_panel_and_says_so(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()

    seen = await ann.link(world.dan)

    assert stage.asked == ["GET /account", "GET /", f"DELETE {KEYS}/{own.identifier}"]
    assert "The earlier key was replaced." in seen.text
    assert f"My own key `{own.token[:5]}…{own.token[-4:]}` is deleted on" in seen.text
    assert stage.own() == []
    assert stage.intents() == 0
    assert "Solo" in (await ann.run("servers")).text


async def test_linking_again_names_the_pasted_key_of_which_nothing_was_said(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)

    page = f"See your keys on {stage.panel_name}"

    seen = await ann.link(world.dan)

    assert f"The key you pasted before, `ptlc_…{world.ann[-4:]}`, may still work on {stage.panel_name}" in seen.text
    assert page in seen.buttons
    await ann.press(SWAP)
    same = await ann.link(world.dan)
    assert "The key you pasted before" not in same.text
    assert page not in same.buttons


async def test_an_own_key_that_is_pasted_is_not_deleted_as_the_earlier_one(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()

    seen = await ann.link(own.token)
    await stage.bot.services.keyring.tidy_all()

    assert "✅ Linked" in seen.text
    assert SWAP in seen.buttons
    assert stage.own() == [own]
    assert stage.intents() == 0
    assert await stage.works_with(ann, own.token)
    assert "the one you pasted" in (await ann.run("account")).text


async def test_a_crash_while_an_own_key_is_pasted_does_not_cost_it(stage: SwapStage, world: World) -> None:
    ann, own = await own_key_pasted_with_its_intent_kept(stage, world.ann)
    before = stage.intents()

    await stage.bot.services.keyring.tidy_all()

    assert (before, stage.intents()) == (1, 0)
    assert await stage.works_with(ann, own.token)


async def test_a_key_that_does_not_link_leaves_the_own_one_where_it_is(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()

    await ann.link("ptlc_" + "x" * 43)

    assert await stage.works_with(ann, own.token)


async def test_what_is_kept_of_the_own_key_is_in_the_file(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    await ann.run("account")

    (file,) = (await ann.press("Get it all as JSON")).message.attachments
    content = (await file.read()).decode()

    assert own.description in content
    assert own.token[:16] not in content
    assert world.ann[:16] not in content
