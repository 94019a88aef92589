"""Who may post a server's address: as the operator, the panel and Discord say."""

from __future__ import annotations

import discord
import pytest

from bot.demo.people import Person
from tests.e2e.share.sharing import BOTH, LINE, VIEW, asked, posts
from tests.stage import Stage
from tests.world import World


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
