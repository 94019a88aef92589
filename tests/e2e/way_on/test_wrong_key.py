"""However many wrong keys are entered, one message tells of it, and none of them stays."""

from __future__ import annotations

import pytest

from bot.demo.panel import Maintenance
from bot.demo.people import Person, Seen
from tests.e2e.way_on.messages import messages
from tests.names import LINKING, buttons_on, unnamed
from tests.stage import Stage
from tests.world import World

WRONG = "ptlc_" + "x" * 43


@pytest.mark.parametrize("command", ["servers", "link"])
async def test_five_wrong_keys_leave_one_message(stage: Stage, world: World, command: str) -> None:
    ann = stage.person("ann")
    first = await ann.run(command)
    if command == "link":
        first = await ann.fill(key=WRONG)

    for number in range(5):
        await ann.press("I have my key")
        seen = await ann.fill(key=f"ptlc_{number}" + "x" * 42)
        assert seen.message.id == first.message.id
        assert "{panel} refused your key" in unnamed(seen.text)
        assert buttons_on(seen) == LINKING
    left = messages(stage, ann)
    await ann.press("I have my key")
    linked = await ann.fill(key=world.ann)

    assert left == [first.message.id]
    assert "✅ Linked" in linked.text
    assert linked.message.id == first.message.id


async def _typed_anew(who: Person, key: str) -> Seen:
    await who.run("link")
    return await who.fill(key=key)


async def test_five_wrong_keys_each_with_a_command_typed_anew_leave_one_message_and_a_good_one_none_of_them(
    stage: Stage, world: World
) -> None:
    ann, bob = stage.person("ann"), stage.person("bob")
    others = await _typed_anew(bob, WRONG)

    refusals = [await _typed_anew(ann, f"ptlc_{number}" + "x" * 42) for number in range(5)]
    left, last = messages(stage, ann), refusals[-1].message.id
    words = unnamed(refusals[-1].text)
    linked = await _typed_anew(ann, world.ann)

    assert len({seen.message.id for seen in refusals}) == 5
    assert left == [last]
    assert "{panel} refused your key" in words
    assert "✅ Linked" in linked.text
    assert messages(stage, ann) == [linked.message.id]
    assert messages(stage, bob) == [others.message.id]


async def test_a_refusal_is_taken_back_although_its_form_was_opened_and_not_filled(stage: Stage) -> None:
    ann = stage.person("ann")
    await _typed_anew(ann, WRONG)
    await ann.press("I have my key")

    again = await _typed_anew(ann, WRONG)

    assert messages(stage, ann) == [again.message.id]


async def test_a_message_that_shows_something_else_since_is_not_taken_for_a_refusal(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    await _typed_anew(ann, WRONG)
    await ann.press("I have my key")
    linked = await ann.fill(key=world.ann)

    refused = await _typed_anew(ann, WRONG)
    await _typed_anew(ann, WRONG)

    assert refused.message.id not in messages(stage, ann)
    assert linked.message.id in messages(stage, ann)


async def test_a_refusal_that_discord_no_longer_lets_go_keeps_nobody_from_the_next_key(
    stage: Stage, world: World
) -> None:
    ann = stage.person("ann")
    refused = await _typed_anew(ann, WRONG)
    stage.env.backend.delete_message(stage.channel.id, refused.message.id)  # by its person

    linked = await _typed_anew(ann, world.ann)

    assert "✅ Linked" in linked.text
    assert messages(stage, ann) == [linked.message.id]


async def test_a_key_that_the_panel_cannot_check_now_is_entered_again_from_its_error(
    stage: Stage, world: World
) -> None:
    ann = stage.person("ann")
    world.state.maintenance = Maintenance()
    failed = await ann.link(world.ann)
    world.state.maintenance = None

    await ann.press("Try again")
    seen = await ann.fill(key=world.ann)

    assert "✅ Linked" in seen.text
    assert seen.message.id == failed.message.id
