"""A person posts a server's address in a channel once in five minutes."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.crowd import without_waiting
from tests.e2e.share.sharing import BOTH, LINE, VIEW, asked, posts
from tests.postgres.stage import OnServer
from tests.stage import Stage
from tests.world import World


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
