"""Where the name that players type is shown, before the address."""

from __future__ import annotations

import pytest

from tests.e2e.naming.given import BOTH, NAME, VIEW, named
from tests.stage import Stage
from tests.world import World


@BOTH
async def test_the_list_shows_it_first_and_makes_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    stage.panel.requests.clear()

    seen = await ann.run("allocations list", server="Survival")

    assert seen.embed.description is not None
    assert seen.embed.description.startswith(f"🌐 Players type `{NAME}`\n")
    assert "⭐ `play.example.com:25565` **Primary**" in seen.text
    assert stage.asked == [VIEW]


async def test_servers_shows_it_first(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)

    seen = await ann.run("servers")

    assert f"`{NAME}` · `play.example.com:25565` · node" in seen.text
    option = next(
        o for part in seen.components if part["type"] == 3 for o in part["options"] if o["label"] == "Survival"
    )
    assert option["description"].startswith(NAME)


@pytest.mark.parametrize(("name", "copied"), [(NAME, NAME), ("münchen.example", "`münchen.example`")])
async def test_copy_address_says_it_alone(stage: Stage, world: World, name: str, copied: str) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann, name)
    await ann.run("allocations list", server="Survival")
    of_server = (await ann.press("Copy address")).message.content
    await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")

    of_another = (await ann.press("Copy address")).message.content

    assert of_server == copied
    assert of_another == "203.0.113.7:25566"


async def test_post_address_here_shows_what_players_type_and_nothing_else(stage: Stage, world: World) -> None:
    ann, reader = await stage.linked("ann", world.ann), stage.person("reader")
    await named(ann)
    await ann.run("allocations list", server="Survival")
    await ann.press("Post address here")

    await ann.press("Post")

    posted = [message.content for message in stage.channel.history(viewer=reader.actor)]
    assert posted == [f"**Survival**: `{NAME}`"]


async def test_a_name_that_changed_between_asking_and_posting_is_asked_about_again(stage: Stage, world: World) -> None:
    ann, reader = await stage.linked("ann", world.ann), stage.person("reader")
    await ann.run("allocations list", server="Survival")
    question = await ann.press("Post address here")
    await named(ann)

    seen = await ann.press("Post", on=question)

    assert "⚠️ The address or the name has been changed since I asked" in seen.text
    assert f"**What**: **Survival**: `{NAME}`\n" in seen.text
    assert [message.content for message in stage.channel.history(viewer=reader.actor)] == []
