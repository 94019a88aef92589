"""When a link was last used and for which server: told the database by the way, and what comes between."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import psycopg
import pytest

from bot.demo.people import Person
from bot.store import lane
from bot.store.postgres.aside import _BY_ITSELF, TOLD_WITHIN, Aside
from bot.store.postgres.claims import Claims
from tests.e2e.postgres.counted import Counted, counted_on, noted
from tests.postgres.proxy import Fault
from tests.postgres.server import Server
from tests.world import SURVIVAL, World

CREATIVE = "5e000002"


def aside_of(on_server: Counted) -> Aside:
    """Return what the bot tells by the way."""
    claims = on_server.stage.bot.services.fleet.claims
    assert isinstance(claims, Claims)
    return claims.aside


async def looked_at_survival(on_server: Counted, world: World) -> Person:
    """Return Ann, who used Survival last, a minute ago and by way of another process."""
    ann = await on_server.stage.linked("ann", world.ann)
    await ann.run("allocations list", server=SURVIVAL)
    await on_server.restart_after_a_minute()
    return ann


@pytest.fixture
async def dan(on_server: Counted, world: World) -> Person:
    """Return somebody whom the bot has in memory by the time that Ann acts."""
    return await on_server.stage.linked("dan", world.dan)


@pytest.fixture
async def ann(on_server: Counted, dan: Person, world: World) -> Person:
    """Return Ann, who has just used another server than the last time, by its name."""
    ann = await looked_at_survival(on_server, world)
    await lists(on_server, dan)
    before = on_server.executed
    seen = await ann.run("allocations list", server="Creative")
    await noted(on_server.stage)
    assert "203.0.113.8:25565" in seen.options
    assert on_server.executed - before == 2
    assert on_server.last_server_of(ann) == SURVIVAL
    return ann


async def lists(on_server: Counted, dan: Person) -> tuple[int, float]:
    """Let somebody list the server of their last list; return the statements it took, and the seconds."""
    before, began = on_server.executed, time.monotonic()
    seen = await dan.run("allocations list", server="5e000003")
    assert "203.0.113.9:25565" in seen.options
    return on_server.executed - before, time.monotonic() - began


async def test_it_is_told_along_with_the_next_claim_whoever_makes_it(
    on_server: Counted, ann: Person, dan: Person
) -> None:
    statements, _ = await lists(on_server, dan)

    assert statements == 1
    assert on_server.last_server_of(ann) == CREATIVE


async def test_where_nobody_does_anything_it_is_told_after_five_seconds(on_server: Counted, world: World) -> None:
    stage = on_server.stage
    ann = await looked_at_survival(on_server, world)
    with stage.still_time():
        aside_of(on_server).within = TOLD_WITHIN
        await ann.run("allocations list", server="Creative")
        await stage.env.advance_time(TOLD_WITHIN - 1)
        before = on_server.last_server_of(ann)
        await stage.env.advance_time(1)

    assert TOLD_WITHIN == 5
    assert (before, on_server.last_server_of(ann)) == (SURVIVAL, CREATIVE)


async def test_a_bot_that_stops_tells_it_first(world: World, tmp_path: Path, postgres: Server) -> None:
    async with counted_on(postgres, world.state, tmp_path) as counted:
        ann = await looked_at_survival(counted, world)
        await ann.run("allocations list", server="Creative")
        before = counted.last_server_of(ann)

    assert (before, counted.last_server_of(ann)) == (SURVIVAL, CREATIVE)


async def test_another_process_shows_it_once_it_is_told(on_server: Counted, ann: Person, dan: Person) -> None:
    await lists(on_server, dan)
    await on_server.stage.restart()

    assert f"**Last server**: `{CREATIVE}`" in (await ann.run("account")).text


async def test_a_claim_waits_for_nobody_who_holds_the_link(on_server: Counted, ann: Person, dan: Person) -> None:
    with psycopg.connect(on_server.server.url(on_server.database)) as other:
        other.execute("SELECT 1 FROM links FOR UPDATE")
        statements, took = await lists(on_server, dan)

    assert statements == 1
    assert took < lane.PATIENCE


async def test_while_no_link_can_be_written_claims_are_made_without_it_and_it_is_told_a_minute_later(
    on_server: Counted, ann: Person, dan: Person
) -> None:
    now = [0.0]
    aside_of(on_server).now = lambda: now[0]
    with psycopg.connect(on_server.server.url(on_server.database)) as other:
        other.execute("LOCK TABLE links IN SHARE MODE")
        first, _ = await lists(on_server, dan)
        second, took = await lists(on_server, dan)
    before = on_server.last_server_of(ann)
    now[0] = 61.0
    await lists(on_server, dan)

    assert (first, second) == (2, 1)
    assert took < lane.PATIENCE
    assert (before, on_server.last_server_of(ann)) == (SURVIVAL, CREATIVE)


async def test_what_a_failed_claim_was_to_tell_the_next_one_tells(on_server: Counted, ann: Person, dan: Person) -> None:
    on_server.proxy.meet(b"INSERT INTO claims", Fault.CUT_BEFORE, times=2)
    refused = await dan.run("allocations list", server="5e000003")
    before = on_server.last_server_of(ann)
    on_server.proxy.mend()

    await lists(on_server, dan)

    assert "cannot tell whether I have this already, and did nothing" in refused.text
    assert (before, on_server.last_server_of(ann)) == (SURVIVAL, CREATIVE)


async def test_what_a_claim_was_to_tell_that_nobody_waits_for_any_more_and_that_fails_the_next_one_tells(
    on_server: Counted, ann: Person, dan: Person
) -> None:
    aside, before = aside_of(on_server), on_server.proxy.faults
    on_server.proxy.meet(b"UPDATE claims", Fault.CUT_BEFORE, times=2)
    asking = asyncio.create_task(aside.ask(_BY_ITSELF))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    await aside._line.ask("SELECT 1")  # asked after it, on the same connection

    await lists(on_server, dan)

    assert asking.cancelled()
    assert on_server.proxy.faults == before + 2
    assert on_server.last_server_of(ann) == CREATIVE


async def test_a_link_made_since_is_not_told_to_have_been_used(on_server: Counted, ann: Person, dan: Person) -> None:
    """As another process does that is told to unlink, and then to link."""
    on_server.found("UPDATE links SET linked_at = linked_at + 1, last_used_at = NULL, last_server = NULL RETURNING 1")

    await lists(on_server, dan)

    assert on_server.found("SELECT last_used_at, last_server FROM links WHERE panel_username = 'ann'") == [(None, None)]


async def test_a_later_use_by_way_of_another_process_stays(on_server: Counted, ann: Person, dan: Person) -> None:
    on_server.found("UPDATE links SET last_used_at = last_used_at + 1, last_server = 'later' RETURNING 1")

    await lists(on_server, dan)

    assert on_server.last_server_of(ann) == "later"


async def test_of_several_uses_the_last_server_is_told(on_server: Counted, ann: Person, dan: Person) -> None:
    await ann.run("allocations list", server=SURVIVAL)
    back = on_server.last_server_of(ann)
    await lists(on_server, dan)

    assert (back, on_server.last_server_of(ann)) == (CREATIVE, SURVIVAL)


async def test_somebody_who_unlinks_is_in_the_database_no_more_though_a_use_was_to_be_told(
    on_server: Counted, ann: Person, dan: Person
) -> None:
    await ann.run("unlink")
    await ann.press(next(label for label in ann.seen.buttons if label.startswith("Unlink ")))
    await lists(on_server, dan)

    assert on_server.stage.stored_of(ann) == []
