"""A server that is away, starts anew, has no connection left or takes no writes."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack, suppress

import psycopg

from tests.e2e.postgres.trouble.sea import AWAY, CANNOT, CROWDED, READ_ONLY, Sea, own_server
from tests.postgres.proxy import Fault
from tests.postgres.server import folder_of_servers
from tests.world import World


@own_server
async def test_a_server_that_crashes_in_mid_transaction_and_comes_back_makes_the_change_once(sea: Sea) -> None:
    """The change waits for a lock of another's when the server crashes, which takes back what was begun."""

    def crash() -> None:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'berth-%'"
        while not sea.found(waiting):
            time.sleep(0.02)
        sea.server.stop("immediate")
        sea.server.start()

    with psycopg.connect(sea.server.url(sea.database)) as other:
        other.execute("LOCK TABLE changes IN EXCLUSIVE MODE")
        crashing = asyncio.create_task(asyncio.to_thread(crash))
        said = await sea.annotated()
        await crashing
        other.close()
    again = "" if "✅" in said else await sea.annotated()

    # Where starting took longer than anybody is to wait, it was said that nothing was done, and nothing was.
    assert "✅" in said or (CANNOT in said and "✅" in again)
    assert len(sea.stage.changes) == 1
    assert sea.found("SELECT outcome FROM changes") == [("done",)]


@own_server
async def test_a_server_that_is_away_is_told_and_used_again_when_it_is_back(sea: Sea) -> None:
    sea.server.stop()
    said = await sea.annotated()
    sent = list(sea.stage.changes)
    sea.server.start()

    again = await sea.annotated()

    assert "❌ I cannot read my own database" in said
    assert AWAY in said
    assert "and did nothing" in said
    assert sent == []
    assert "✅" in again


async def test_a_plan_that_the_database_cannot_tell_adds_nothing_and_go_on_adds_the_rest_when_it_can(
    sea: Sea, world: World
) -> None:
    world.survival.limit = 8
    await sea.ann.run("allocations list", server="Survival")
    await sea.ann.press("Add several…")
    question = await sea.ann.choose_several("Voice chat", "Web map")
    sea.proxy.meet(b"SELECT * FROM plans", Fault.CUT_BEFORE)

    said = (await sea.ann.press("Add 2 ports", on=question)).text
    offered, sent = list(sea.ann.seen.buttons), list(sea.stage.changes)
    sea.proxy.mend()
    await sea.ann.press("Go on")

    assert "❌ I cannot read my own database" in said
    assert "I could not look up what I need for this" in said
    assert offered[:2] == ["Go on", "Show allocations"]
    assert sent == []
    assert {row.notes for row in world.state.allocations_of(world.survival)} >= {"voice chat", "web map"}


async def test_after_a_crash_stop_stays_until_the_database_can_tell_the_plan(sea: Sea, world: World) -> None:
    world.survival.limit = 8
    await sea.ann.run("allocations list", server="Survival")
    await sea.ann.press("Add several…")
    await sea.ann.choose_several("Voice chat", "Web map", "Query", "RCON")
    waiting = await sea.ann.press("Add 4 ports")
    await sea.stage.restart()
    sea.proxy.meet(b"SELECT * FROM plans", Fault.CUT_BEFORE)

    said = (await sea.ann.press("Stop", on=waiting)).text
    offered = list(sea.ann.seen.buttons)
    sea.proxy.mend()
    shown = await sea.ann.press("Stop")

    assert "❌ I cannot read my own database" in said
    assert "I could not look up what I need for this" in said
    assert offered[:2] == ["Stop", "Show allocations"]
    assert "2 of 4 ports added" in shown.text
    assert "Press **Go on** for the rest." in shown.text


@own_server
async def test_a_database_set_to_read_only_still_lists_and_is_written_again_by_itself(sea: Sea, world: World) -> None:
    sea.read_only("on")

    listed = (await sea.ann.run("allocations list", server="Survival")).options
    said = await sea.annotated()
    linked = (await sea.stage.person("dan").link(world.dan)).text
    sea.read_only("off")
    again = await sea.annotated()

    assert "203.0.113.7:25566" in listed
    for text in (said, linked):
        assert CANNOT in text
        assert READ_ONLY in text
        assert "Try again in a few minutes; meanwhile lists work" in text
        assert "on my side" in text
    assert "✅" in again
    assert len(sea.stage.changes) == 1
    assert sea.found("SELECT count(*) FROM links") == [(1,)]


@own_server
async def test_after_a_failover_to_a_replica_lists_go_on_and_changes_do_once_it_is_promoted(sea: Sea) -> None:
    with folder_of_servers() as folder:
        replica = sea.server.follow(folder)
        replica.start()
        try:
            sea.proxy.lead_to(replica.port)
            listed = (await sea.ann.run("allocations list", server="Survival")).options
            account = (await sea.ann.run("account")).text
            said = await sea.annotated()
            sent = list(sea.stage.changes)
            replica.promote()
            again = await sea.annotated()
            on_record = replica.execute("SELECT outcome FROM changes", database=sea.database)
        finally:
            replica.stop("immediate")

    assert "203.0.113.7:25566" in listed
    assert "**Panel account**: ann" in account
    assert CANNOT in said
    assert READ_ONLY in said
    assert sent == []
    assert "✅" in again
    assert on_record == [("done",)]


@own_server
async def test_a_server_without_a_free_connection_is_told_as_crowded_and_used_again(sea: Sea) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'berth-%'"
    with ExitStack() as others, psycopg.connect(sea.server.url(sea.database), autocommit=True) as last:
        sea.proxy.refuse()
        last.execute(cut.encode())
        with suppress(psycopg.OperationalError):
            while True:
                others.enter_context(psycopg.connect(sea.server.url(sea.database)))
        sea.proxy.refuse(False)
        said = await sea.annotated()
    again = await sea.annotated()

    assert "❌ I cannot read my own database" in said
    assert CROWDED in said
    assert sea.stage.changes == ["POST /servers/5e000001/network/allocations/2"]
    assert "✅" in again
