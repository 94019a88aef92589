"""From the button over the question to the one line that all read."""

from __future__ import annotations

from bot.demo.people import Person, Seen
from tests.e2e.share.sharing import BOTH, LINE, VIEW, asked, posts
from tests.stage import Stage
from tests.world import World


@BOTH
async def test_pressing_shows_privately_what_will_be_posted_where_and_as_whom_and_posts_nothing(
    stage: Stage, world: World, reader: Person
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")

    seen = await ann.press("Post address here")

    assert stage.bot.user is not None
    assert seen.ephemeral
    assert seen.message.id == panel.message.id
    assert seen.embed.title == "Post this address here? · Survival"
    assert f"**What**: {LINE}" in seen.text
    assert f"**Where**: <#{stage.channel.id}>, for everybody who can read it" in seen.text
    assert f"**As whom**: <@{stage.bot.user.id}>; your name is not in it" in seen.text
    assert seen.buttons == {"Cancel": True, "Post": True}
    assert posts(stage, reader) == []


async def test_cancel_shows_the_list_again_and_posts_nothing(stage: Stage, world: World, reader: Person) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await asked(ann)

    seen = await ann.press("Cancel")

    assert seen.message.id == question.message.id
    assert "Post address here" in seen.buttons
    assert posts(stage, reader) == []


@BOTH
async def test_post_posts_one_public_line_with_name_and_primary_only(
    stage: Stage, world: World, reader: Person
) -> None:
    ann = await stage.linked("ann", world.ann)
    await asked(ann)

    seen = await ann.press("Post")

    assert not seen.ephemeral
    assert seen.message.content == LINE
    assert seen.message.embeds == []
    assert seen.message.components == []
    assert posts(stage, reader) == [LINE]


@BOTH
async def test_asking_and_posting_read_the_panel_once_each(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    await ann.press("Post address here")
    to_ask = list(stage.asked)
    await ann.press("Post")

    assert [path.partition("?")[0] for path in to_ask] == [VIEW]
    assert stage.asked == [VIEW, VIEW]


async def test_once_posted_the_question_becomes_the_list_again_and_says_where(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await asked(ann)
    await ann.press("Post")

    after = Seen(question.result, question.message)

    assert f"✅ Posted in <#{stage.channel.id}>: {LINE}" in after.text
    assert "Add port" in after.buttons
    assert "Post" not in after.buttons


async def test_posting_is_public_even_when_the_panel_is_slow(stage: Stage, world: World, reader: Person) -> None:
    ann = await stage.linked("ann", world.ann)
    await asked(ann)
    await stage.restart()

    async with stage.slow_panel():
        waiting = await ann.press("Post")
        await stage.env.advance_time(1.6)

    assert ann.saw(waiting.result).message.content == LINE
    assert posts(stage, reader) == [LINE]


async def test_in_direct_messages_it_says_that_it_is_for_this_conversation(stage: Stage, world: World) -> None:
    ann = stage.in_direct_messages("ann")
    await ann.link(world.ann)

    question = (await asked(ann)).text
    seen = await ann.press("Post")

    assert "**Where**: this conversation, for everybody in it" in question
    assert seen.message.content == LINE


@BOTH
async def test_an_address_that_changed_between_is_asked_about_again_and_not_posted(
    stage: Stage, world: World, reader: Person
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await asked(ann)
    world.survival.primary_id = 2

    again = await ann.press("Post")
    text, message, before = again.text, again.message.id, posts(stage, reader)
    await ann.press("Post")

    assert again.ephemeral
    assert message == question.message.id
    assert "⚠️ The address or the name has been changed since I asked. Nothing was posted yet." in text
    assert "**What**: **Survival**: `203.0.113.7:25566`" in text
    assert before == []
    assert posts(stage, reader) == ["**Survival**: `203.0.113.7:25566`"]
