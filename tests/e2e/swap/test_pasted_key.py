"""The pasted key after a swap: its person is asked what else uses it, and it is deleted or kept."""

from __future__ import annotations

from tests.e2e.swap.swapping import (
    BOTH,
    DELETE,
    KEEP,
    KEYS,
    SWAP,
    SwapStage,
    swapped,
)
from tests.world import World


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
