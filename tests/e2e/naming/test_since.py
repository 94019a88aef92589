"""Since when the primary is what it is, beside stale DNS: by the panel's log, one's own record, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.nameserver import NameServer
from bot.demo.panel import Flavour, WebPage
from bot.demo.people import Person, Seen
from tests.e2e.naming.given import BOTH, NAME, SRV, VIEW, ann_named, named
from tests.stage import Stage
from tests.world import World

LOG = "GET /servers/5e000001/activity"
STALE = "⚠️ DNS still leads to `:25565`; the primary"
UPDATER = ["allocation.read", "allocation.update"]


async def shown(person: Person) -> Seen:
    """Return the page of the name that players type."""
    return await person.run("allocations address", server="5e000001")


async def bob_named(stage: Stage, world: World) -> Person:
    """Return somebody linked who may change Survival's ports but not see its log, and has given it its name."""
    world.state.add_subuser(world.survival, world.state.users[2], UPDATER)
    bob = await stage.linked("bob", world.bob)
    await named(bob)
    return bob


def by_page(world: World, user: int, allocation: int) -> int:
    """Let somebody make an allocation the primary on the panel's own page; return the second in which that was."""
    WebPage(world.state, world.state.users[user]).make_primary(world.survival, world.state.allocations[allocation])
    return int(world.state.clock())


@BOTH
async def test_a_change_on_the_panels_own_page_is_told_by_its_log_for_one_call_more(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)
    stage.panel.advance(-300)
    then = by_page(world, 2, 2)
    stage.panel.advance(300)
    stage.panel.requests.clear()

    seen = await shown(ann)

    assert f"{STALE} became `:25566` <t:{then}:R>" in seen.text
    assert stage.asked == [VIEW, LOG]


async def test_since_when_is_told_where_some_records_are_of_before_too(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone[SRV] = ["0 5 25565 node.example.org.", "0 5 25566 node.example.org."]
    ann, _ = await ann_named(stage, world)
    then = by_page(world, 2, 2)

    seen = await shown(ann)

    assert f"`node.example.org:25565`; the primary became `:25566` <t:{then}:R>" in seen.text


async def test_the_log_is_asked_only_where_dns_leads_elsewhere(stage: Stage, world: World, names: NameServer) -> None:
    ann, _ = await ann_named(stage, world)
    stage.panel.requests.clear()

    await shown(ann)

    assert stage.asked == [VIEW]


async def test_one_that_was_chosen_again_is_the_primary_since_the_first_time(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)
    by_page(world, 2, 1)
    stage.panel.advance(60)
    first = by_page(world, 2, 2)
    stage.panel.advance(60)
    again = by_page(world, 1, 2)

    seen = await shown(ann)

    assert first != again
    assert f"{STALE} became `:25566` <t:{first}:R>" in seen.text


async def test_an_own_change_from_one_that_the_log_does_not_have_is_since_when(
    stage: Stage, world: World, names: NameServer
) -> None:
    stage.share_the_clock()
    names.zone[SRV] = ["0 5 25566 node.example.org."]
    ann, _ = await ann_named(stage, world)
    stage.panel.advance(-600)
    by_page(world, 2, 1)
    stage.panel.advance(600)
    # As an administrator does, whose changes this log does not have.
    world.survival.primary_id = 2
    began = stage.panel.now()
    await ann.run("allocations primary", server="5e000001", allocation="25565")

    seen = await shown(ann)

    said = seen.text.partition("the primary became `:25565` <t:")[2].partition(":R>")[0]
    assert abs(int(said) - began) < 60


async def test_without_the_log_ones_own_record_tells_it_and_the_log_is_not_asked(
    stage: Stage, world: World, names: NameServer
) -> None:
    bob = await bob_named(stage, world)
    began = stage.env.now().timestamp()
    await bob.run("allocations primary", server="5e000001", allocation="25566")
    stage.panel.requests.clear()

    seen = await shown(bob)

    said = seen.text.partition(f"{STALE} became `:25566` <t:")[2].partition(":R>")[0]
    assert abs(int(said) - began) < 60
    assert stage.asked == [VIEW]


async def test_who_can_know_it_neither_way_is_told_no_time(stage: Stage, world: World, names: NameServer) -> None:
    bob = await bob_named(stage, world)
    by_page(world, 1, 2)

    seen = await shown(bob)

    assert f"{STALE} is `:25566`. Players who type the name without a port will not find it" in seen.text


async def test_ones_own_record_is_not_believed_where_it_was_changed_since(
    stage: Stage, world: World, names: NameServer
) -> None:
    bob = await bob_named(stage, world)
    await bob.run("allocations primary", server="5e000001", allocation="25566")
    await bob.run("allocations primary", server="5e000001", allocation="25565")
    by_page(world, 1, 2)

    seen = await shown(bob)

    assert f"{STALE} is `:25566`. Players who type the name without a port will not find it" in seen.text


async def test_the_log_is_not_believed_where_its_last_line_is_about_another_port(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)
    await ann.run("allocations primary", server="5e000001", allocation="25566")
    stage.panel.advance(60)
    by_page(world, 2, 1)
    # As an administrator does, whose changes this log does not have.
    world.survival.primary_id = 2

    seen = await shown(ann)

    assert f"{STALE} is `:25566`. Players who type the name without a port will not find it" in seen.text


@pytest.mark.parametrize("trouble", ["403", "500", "nonsense"])
async def test_where_the_log_is_not_to_be_had_it_is_the_record_and_nothing_else_changes(
    stage: Stage, world: World, names: NameServer, trouble: str
) -> None:
    ann, _ = await ann_named(stage, world)
    await ann.run("allocations primary", server="5e000001", allocation="25566")
    which: dict[str, Any] = {"path": "*/activity", "times": None}
    if trouble == "nonsense":
        stage.panel.faults.wrong_shape(**which)
    else:
        stage.panel.faults.answer(int(trouble), "{}", **which)

    seen = await shown(ann)

    assert f"{STALE} became `:25566` <t:" in seen.text


async def test_a_log_that_does_not_come_within_a_second_is_not_waited_for(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)
    by_page(world, 2, 2)

    async with stage.slow_panel(lambda request: request.url.path.endswith("/activity")):
        waiting = await shown(ann)
        await stage.env.advance_time(1.1)
        seen = ann.saw(waiting.result)

        assert f"{STALE} is `:25566`. Players who type the name without a port will not find it" in seen.text


@pytest.mark.parametrize("stage", [Flavour.PELICAN], indirect=True)
async def test_a_creation_as_the_primary_is_told_with_since_when_in_its_answer(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)

    seen = await ann.run("allocations create", server="5e000001", primary=True)
    later = await shown(ann)

    port = world.state.primary_of(world.survival).port
    for words in (seen.text, later.text):
        assert f"⚠️ DNS still leads to `:25565`; the primary became `:{port}` <t:" in words
        assert f"_minecraft._tcp.{NAME} SRV 0 5 {port} node.example.org" in words
    assert names.zone[SRV] == ["0 5 25565 node.example.org."]
