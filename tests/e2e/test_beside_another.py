"""Another process of the same bot has answered its person since: what comes unasked leaves their message alone."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from discord.utils import time_snowflake, utcnow

from bot.demo.people import Person, Seen
from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import Vault
from tests.postgres.server import Server
from tests.postgres.stage import KEY, stage_on
from tests.stage import Stage, changing, open_stage
from tests.world import SURVIVAL, World

NODE = "node node1"


@dataclass
class Another:
    """Another process on the database, as far as it claims what people do."""

    stage: Stage
    fleet: PostgresFleet
    _numbers: count[int]

    async def answers(self, person: Person) -> None:
        """Claim something that this person does now."""
        claim = await self.fleet.claims.take(time_snowflake(utcnow(), high=True) + next(self._numbers), person.id)
        assert claim.mine


@pytest.fixture
async def another(world: World, tmp_path: Path, postgres: Server) -> AsyncIterator[Another]:
    """Yield the other process, and in it the stage of the one that is looked at."""
    url = postgres.fresh()
    async with open_stage(world.state, tmp_path, kind=stage_on(url)) as stage:
        fleet = PostgresFleet(url, Vault([base64.urlsafe_b64decode(KEY)]), me="another")
        yield Another(stage, fleet, count(1))
        await fleet.close()
        stage.env.raise_errors()


async def did_not_stay(another: Another, ann: Person, world: World, *, acts: str | None) -> tuple[Seen, str, list[str]]:
    """Let a creation not stay, and somebody act elsewhere before that shows.

    Return what was shown of the creation, the words on that message at last, and the calls to Discord since.
    """
    stage = another.stage
    seen = await ann.run("allocations create", server=SURVIVAL)
    world.state.allocations_of(world.survival)[-1].server_id = world.creative.id
    if acts is not None:
        await another.answers(ann if acts == "ann" else stage.person(acts))
    before = len(stage.env.http_requests)
    await stage.env.advance_time(6)
    return seen, ann.saw(seen.result).text, stage.calls(before)


async def test_a_correction_does_not_take_the_place_of_what_another_process_may_have_shown_since(
    another: Another, world: World
) -> None:
    ann = await another.stage.linked("ann", world.ann)

    _, _, calls = await did_not_stay(another, ann, world, acts="ann")
    beside = str(another.stage.env.http_requests[-1].json)

    assert len(calls) == 1
    assert calls[0].startswith("POST /webhooks/"), calls
    assert "did not stay" in beside


@pytest.mark.parametrize("acts", [None, "bob"])
async def test_where_they_did_nothing_elsewhere_it_is_put_on_their_message(
    another: Another, world: World, acts: str | None
) -> None:
    ann = await another.stage.linked("ann", world.ann)

    _, text, calls = await did_not_stay(another, ann, world, acts=acts)

    assert [call.split()[0] for call in calls] == ["PATCH"]
    assert "did not stay" in text


async def test_how_a_restart_goes_is_not_put_over_it_and_what_came_of_it_is_told_beside(
    another: Another, world: World
) -> None:
    stage = another.stage
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Restart…")
    await ann.press("Restart Survival")
    await another.answers(ann)
    before = len(stage.env.http_requests)

    for _ in range(45):
        stage.panel.advance(1.0)
        await stage.env.advance_time(1.0)

    assert [call.split()[0] for call in stage.calls(before)] == ["POST"]
    assert "✅ It is running again" in str(stage.env.http_requests[-1].json)


async def test_who_waits_in_vain_for_a_change_in_another_process_reads_that_nothing_was_done(
    another: Another, world: World
) -> None:
    stage = another.stage
    with stage.still_time():
        ann = await stage.linked("ann", world.ann)
    async with stage.slow_panel(changing), another.fleet.exclusion.turn(SURVIVAL):
        seen = await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text="atlas")
        await stage.env.advance_time(20)
        waiting = ann.saw(seen.result).text
        await stage.env.advance_time(6)
        told = ann.saw(seen.result)
        changes = list(stage.changes)
    with stage.still_time():
        await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text="atlas")

    assert "did not come in time" not in waiting
    assert "❌ Your turn did not come in time" in told.text
    assert "left this undone" in told.text
    assert told.buttons
    assert changes == []
    assert len(stage.changes) == 1


async def test_who_waits_behind_others_of_their_own_process_waits_no_longer_in_all(
    another: Another, world: World
) -> None:
    stage = another.stage
    with stage.still_time():
        ann = await stage.linked("ann", world.ann)
    async with stage.slow_panel(changing), another.fleet.exclusion.turn(SURVIVAL):
        asked = [
            await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text=text) for text in ("a", "b")
        ]
        await stage.env.advance_time(26)
        told = [ann.saw(seen.result).text for seen in asked]

    assert all("❌ Your turn did not come in time" in text for text in told), told
    assert stage.changes == []


async def test_what_one_asks_twice_about_the_link_waits_no_longer_in_all(another: Another, world: World) -> None:
    stage = another.stage
    with stage.still_time():
        ann = await stage.linked("ann", world.ann)
        questions = [await ann.run("unlink") for _ in range(2)]
    async with stage.slow_panel(changing), another.fleet.exclusion.turn(f"link {ann.id}"):
        asked = [await ann.press(f"Unlink ptlc_…{world.ann[-4:]}", on=question) for question in questions]
        await stage.env.advance_time(26)
        told = [ann.saw(seen.result).text for seen in asked]

    assert all("❌ Your turn did not come in time" in text for text in told), told


async def test_a_port_that_did_not_get_the_turn_of_its_node_leaves_nothing_in_the_history(
    another: Another, world: World
) -> None:
    stage = another.stage
    with stage.still_time():
        ann = await stage.linked("ann", world.ann)
    async with stage.slow_panel(changing), another.fleet.exclusion.turn(NODE):
        seen = await ann.run("allocations create", server=SURVIVAL)
        await stage.env.advance_time(26)
        told = ann.saw(seen.result)
    with stage.still_time():
        history = await ann.run("allocations history", server=SURVIVAL)

    assert "❌ Your turn did not come in time" in told.text
    assert stage.changes == []
    assert "No changes" in history.text
