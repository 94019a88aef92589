"""The page of the name that players type: what it costs, offers, and leaves out."""

from __future__ import annotations

import pytest

from tests.e2e.naming.given import NAME, VIEW, named
from tests.stage import Stage
from tests.world import World


@pytest.mark.parametrize("name", [None, NAME])
async def test_the_page_and_a_change_make_one_call_each_with_an_identifier(
    stage: Stage, world: World, name: str | None
) -> None:
    ann = await stage.linked("ann", world.ann)
    options = {} if name is None else {"name": name}

    await ann.run("allocations address", server="5e000001", **options)

    assert stage.asked == [VIEW]


async def test_without_the_permission_the_page_shows_the_name_and_says_who_may_change_it(
    stage: Stage, world: World
) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations address", server="Survival")

    assert seen.buttons == {"Give a name…": False, "Show allocations": True}
    assert "**Give a name…** is off. You lack the panel permission `allocation.update`." in seen.text


async def test_without_the_extra_nothing_is_looked_up_and_nothing_offers_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await named(ann)

    assert stage.bot.services.joining.resolver is None
    assert "Look again" not in seen.buttons
    assert "DNS leads" not in seen.text


async def test_show_allocations_leads_back_to_the_list(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    page = await ann.run("allocations address", server="Survival")

    seen = await ann.press("Show allocations")

    assert seen.message.id == page.message.id
    assert "2 of 5 ports used" in seen.text
