"""`Post address here`: what, where and as whom is asked first; who may, how often, and what is posted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import discord
import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from bot.settings import Settings
from tests.e2e.crowd import without_waiting
from tests.e2e.test_list import fill_up
from tests.postgres.stage import OnServer
from tests.stage import Stage, open_stage
from tests.world import World

LINE = "**Survival**: `play.example.com:25565`"
BOTH = pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True)
VIEW = "GET /servers/5e000001"


async def asked(person: Person, *, server: str = "Survival") -> Seen:
    """Open a server's list and press the button."""
    await person.run("allocations list", server=server)
    return await person.press("Post address here")


def posts(stage: Stage, reader: Person) -> list[str]:
    """Return the lines that somebody else sees in the channel."""
    return [message.content or "" for message in stage.channel.history(viewer=reader.actor)]


@pytest.fixture(name="reader")
def somebody_else(stage: Stage) -> Person:
    """Return a member who only reads the channel."""
    return stage.person("reader")


@pytest.fixture(params=["anyone", "permitted", "off"])
async def sharing(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Stage, str]]:
    """Yield a stage whose operator has set SHARE, and what to."""
    plain = cast(property, Stage.settings).fget
    assert plain is not None

    def with_sharing(stage: Stage) -> Settings:
        return cast(Settings, plain(stage)).model_copy(update={"share": request.param})

    monkeypatch.setattr(Stage, "settings", property(with_sharing))
    async with open_stage(world.state, tmp_path) as stage:
        yield stage, request.param


# ------------------------------------------------------------------------------------------------- asking


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


# ------------------------------------------------------------------------------------------------- changed between


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


# ------------------------------------------------------------------------------------------------- how often


@BOTH
async def test_once_in_five_minutes_per_person_server_and_channel_and_it_says_when_it_is_possible_again(
    stage: Stage, world: World, reader: Person
) -> None:
    if isinstance(stage, OnServer):
        pytest.skip("a mark in a database of a server stands by the clock of that, which this test cannot set")
    now = 1_900_000_000.0
    stage.bot.services.sharing.clock = lambda: now
    ann = await stage.linked("ann", world.ann)
    await asked(ann)
    await ann.press("Post")
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()
    now += 299

    refused = await ann.press("Post address here")
    requests, words = list(stage.asked), refused.text
    now += 1
    await asked(ann)
    await ann.press("Post")

    assert "You have just posted this address here" in words
    assert "<t:1900000301:R>" in words
    # Nothing is asked for the post; what the error stands on is read anew.
    assert requests == [VIEW]
    assert refused.ephemeral
    assert posts(stage, reader) == [LINE, LINE]


async def test_another_person_server_or_channel_is_not_held_up(stage: Stage, world: World, reader: Person) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    elsewhere = stage.guild.create_text_channel("elsewhere")
    await asked(ann)
    await ann.press("Post")

    for person, server in ((ann, "Creative"), (bob, "Survival")):
        await asked(person, server=server)
        assert not (await person.press("Post")).ephemeral
    ann.channel = elsewhere
    await asked(ann)
    await ann.press("Post")

    assert posts(stage, reader) == [LINE, "**Creative**: `203.0.113.8:25565`", LINE]
    assert [message.content for message in elsewhere.history(viewer=reader.actor)] == [LINE]


@pytest.mark.parametrize("questions", [1, 2])
async def test_a_double_press_posts_once(stage: Stage, world: World, reader: Person, questions: int) -> None:
    ann = await stage.linked("ann", world.ann)
    first = await asked(ann)
    second = await asked(ann) if questions == 2 else first

    async with stage.slow_panel():
        with without_waiting(stage):
            await ann.press("Post", on=first)
            await ann.press("Post", on=second)
    await stage.env.settle()

    assert posts(stage, reader) == [LINE]


async def test_a_post_that_the_panel_prevented_may_be_tried_again_at_once(
    stage: Stage, world: World, reader: Person
) -> None:
    ann = await stage.linked("ann", world.ann)
    await asked(ann)
    stage.panel.faults.maintenance(method="GET", times=None)
    failed = await ann.press("Post")
    private = failed.ephemeral
    stage.panel.faults.clear()
    await ann.press("Show allocations")
    await ann.press("Post address here")

    seen = await ann.press("Post")

    assert private
    assert seen.message.content == LINE
    assert posts(stage, reader) == [LINE]


# ------------------------------------------------------------------------------------------------- refused


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


# ------------------------------------------------------------------------------------------------- who may


async def test_share_lets_the_owner_post_unless_it_is_off(sharing: tuple[Stage, str], world: World) -> None:
    stage, who = sharing
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert ("Post address here" in seen.buttons) is (who != "off")


async def test_share_lets_somebody_who_only_sees_the_server_post_where_anyone_may(
    sharing: tuple[Stage, str], world: World
) -> None:
    stage, who = sharing
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations list", server="Survival")

    assert ("Post address here" in seen.buttons) is (who == "anyone")


async def test_an_old_button_answers_with_the_reason_where_posting_is_not_allowed(
    sharing: tuple[Stage, str], world: World
) -> None:
    stage, who = sharing
    bob = await stage.linked("bob", world.bob)
    panel = await bob.run("allocations list", server="Survival")
    reader = stage.person("reader")
    stage.panel.requests.clear()

    seen = await stage.forge(bob, f"v1:alloc.share:{bob.id}:5e000001", on=panel)

    reasons = {
        "anyone": "Post this address here?",
        "permitted": "It takes the panel permission `allocation.update`, which you lack. Nothing was posted.",
        "off": "Whoever runs this bot has switched it off. Nothing was posted.",
    }
    assert reasons[who] in seen.text
    assert seen.ephemeral
    # Where the answer is an error, the list below it is read anew.
    assert stage.asked == ([VIEW, VIEW] if who == "permitted" else [VIEW])
    assert posts(stage, reader) == []


@BOTH
@pytest.mark.parametrize("who", ["owner", "subuser", "administrator"])
async def test_owners_administrators_and_subusers_with_allocation_update_are_permitted(
    stage: Stage, world: World, who: str
) -> None:
    dan = next(user for user in world.state.users.values() if user.username == "dan")
    if who == "administrator":
        dan.admin = True
    elif who == "subuser":
        world.state.add_subuser(world.survival, dan, ["allocation.read", "allocation.update"])
    person = await stage.linked("person", world.ann if who == "owner" else world.dan)

    await asked(person, server="5e000001")
    seen = await person.press("Post")

    assert seen.message.content == LINE


@BOTH
async def test_a_permission_taken_away_between_asking_and_posting_counts(
    stage: Stage, world: World, reader: Person
) -> None:
    bob_there = next(user for user in world.state.users.values() if user.username == "bob")
    world.state.add_subuser(world.survival, bob_there, ["allocation.read", "allocation.update"])
    bob = await stage.linked("bob", world.bob)
    await asked(bob)
    world.state.add_subuser(world.survival, bob_there, ["allocation.read"])

    seen = await bob.press("Post")

    assert "You may not post this server's address" in seen.text
    assert seen.ephemeral
    assert posts(stage, reader) == []


async def test_who_may_not_write_in_the_channel_does_not_post_there_through_the_bot(
    stage: Stage, world: World, reader: Person
) -> None:
    ann = await stage.linked("ann", world.ann)
    ann.channel = stage.guild.create_text_channel(
        "announcements", overwrites={ann.actor: discord.PermissionOverwrite(send_messages=False)}
    )
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    seen = await ann.press("Post address here")

    assert "You may not write in this channel" in seen.text
    assert seen.ephemeral
    assert stage.asked == [VIEW]
    assert [message.content for message in ann.channel.history(viewer=reader.actor)] == []


async def test_without_a_primary_there_is_nothing_to_post(stage: Stage, world: World, reader: Person) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.survival.primary_id = 3

    seen = await ann.press("Post address here")

    assert "There is no address to post" in seen.text
    assert posts(stage, reader) == []
