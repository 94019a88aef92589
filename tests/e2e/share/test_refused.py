"""What a post that was refused leaves in the place of its question."""

from __future__ import annotations

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.share.sharing import asked, posts
from tests.stage import Stage
from tests.world import World, fill_up


async def _refused(stage: Stage, person: Person, *, slow: bool) -> Seen:
    """Press Post, answered at once or after the sign that all see, and return the message that asked."""
    question = person.seen
    if slow:
        async with stage.slow_panel():
            await person.press("Post")
            await stage.env.advance_time(1.6)
    else:
        await person.press("Post")
    return person.saw(question.result)


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "on a slow panel"])
async def test_a_refused_post_turns_its_question_into_the_list_as_it_is_now_with_the_error_on_top(
    stage: Stage, world: World, reader: Person, slow: bool
) -> None:
    bob_there = next(user for user in world.state.users.values() if user.username == "bob")
    world.state.add_subuser(world.survival, bob_there, ["allocation.read", "allocation.update"])
    bob = await stage.linked("bob", world.bob)
    question = await asked(bob)
    before = [message.id for message in stage.channel.history(viewer=bob.actor)]
    world.state.add_subuser(world.survival, bob_there, ["allocation.read"])
    world.state.allocations[2].notes = "web map"

    seen = await _refused(stage, bob, slow=slow)

    assert seen.message.id == question.message.id
    assert (seen.embed.description or "").startswith("❌ **You may not post this server's address**")
    assert "web map" in seen.text
    assert "Refresh" in seen.buttons
    assert "Post" not in seen.buttons
    assert "Cancel" not in seen.buttons
    assert [message.id for message in stage.channel.history(viewer=bob.actor)] == before
    assert posts(stage, reader) == []


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "on a slow panel"])
async def test_a_post_that_the_panel_prevents_leaves_no_live_question_and_leads_to_the_allocations(
    stage: Stage, world: World, reader: Person, slow: bool
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await asked(ann)
    stage.panel.faults.maintenance(method="GET", times=None)

    seen = await _refused(stage, ann, slow=slow)

    assert seen.message.id == question.message.id
    assert "is in maintenance" in seen.text
    assert seen.buttons == {"Show allocations": True}
    assert posts(stage, reader) == []


async def test_a_refused_post_keeps_the_page_that_its_list_was_on(stage: Stage, world: World, reader: Person) -> None:
    fill_up(world, world.survival, 60)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.press("Next")
    await ann.press("Post address here")
    world.survival.primary_id = 3

    seen = await _refused(stage, ann, slow=False)

    assert "There is no address to post" in seen.text
    assert "Page 2 of 3" in seen.text


async def test_an_address_that_changed_while_the_panel_was_slow_is_asked_about_in_the_same_message(
    stage: Stage, world: World, reader: Person
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await asked(ann)
    world.survival.primary_id = 2

    seen = await _refused(stage, ann, slow=True)

    assert seen.message.id == question.message.id
    assert "**What**: **Survival**: `203.0.113.7:25566`" in seen.text
    assert posts(stage, reader) == []
