"""Where DNS leads players astray, who posts a name is warned before, and nobody else reads of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.demo.nameserver import NameServer
from bot.demo.people import Person
from tests.e2e.naming.given import NAME, SRV, named, names_answered
from tests.e2e.share.sharing import VIEW, asked, posts
from tests.stage import Stage
from tests.world import World

STALE = "⚠️ DNS still leads to `:25565`; the primary is `:25566`."


@pytest.fixture
async def names(stage: Stage) -> AsyncIterator[NameServer]:
    """Yield the DNS that the bot asks: the name leads to Survival's address, by a record to its first port."""
    async with names_answered(stage) as server:
        yield server


async def ann_with_a_stale_name(stage: Stage, world: World) -> Person:
    """Return ann, whose Survival has a name that leads to the port before."""
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    return ann


async def test_who_posts_a_name_that_dns_leads_astray_is_warned_before_and_the_post_says_nothing_of_it(
    stage: Stage, world: World, reader: Person, names: NameServer
) -> None:
    ann = await ann_with_a_stale_name(stage, world)

    question = await asked(ann)
    said, offered, private = question.text, list(question.buttons), question.ephemeral
    await ann.press("Post")

    assert STALE in said
    assert f"`_minecraft._tcp.{NAME} SRV 0 5 25566 node.example.org`" in said
    assert "Only you read this warning: it is not posted." in said
    assert offered == ["Cancel", "Post", "Players' address"]
    assert private
    assert posts(stage, reader) == [f"**Survival**: `{NAME}`"]


async def test_the_warning_costs_no_call_to_the_panel(stage: Stage, world: World, names: NameServer) -> None:
    ann = await ann_with_a_stale_name(stage, world)
    await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    seen = await ann.press("Post address here")

    assert STALE in seen.text
    assert stage.asked == [VIEW]


async def test_a_name_that_leads_to_the_primary_is_asked_about_as_before(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)

    seen = await asked(ann)

    assert "DNS" not in seen.text
    assert list(seen.buttons) == ["Cancel", "Post"]


async def test_what_was_changed_between_asking_and_posting_is_asked_about_with_the_warning_too(
    stage: Stage, world: World, reader: Person, names: NameServer
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await asked(ann)
    names.zone[SRV] = ["0 5 25570 node.example.org."]
    await named(ann)

    seen = await ann.press("Post", on=question)

    assert "⚠️ The address or the name has been changed since I asked" in seen.text
    assert "⚠️ DNS still leads to `:25570`" in seen.text
    assert posts(stage, reader) == []
