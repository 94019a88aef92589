"""A key of the bot's own that is no longer needed: who unlinks or links again has it deleted on the panel."""

from __future__ import annotations

from tests.e2e.swap.swapping import (
    BOTH,
    KEYS,
    SWAP,
    SwapStage,
    own_key_pasted_with_its_intent_kept,
    swapped,
)
from tests.world import World


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
