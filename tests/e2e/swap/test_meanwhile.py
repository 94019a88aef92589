"""During a swap: a second press makes no second key, and who unlinks or links another has what they asked for."""

from __future__ import annotations

from tests.e2e.swap.swapping import (
    SWAP,
    SwapStage,
)
from tests.world import World


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
