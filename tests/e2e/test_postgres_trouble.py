"""When the PostgreSQL server is cut off, starts anew, is locked, full or a replica: told as it is, and nothing else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.demo.people import Person
from bot.demo.stage import open_stage
from bot.store import lane
from tests.names import buttons_on, unnamed
from tests.postgres.proxy import UNENCRYPTED, Fault, Proxy, proxy_before
from tests.postgres.server import Server, folder_of_servers, running_server
from tests.postgres.stage import stage_on
from tests.stage import Stage, changing
from tests.world import World

NOTES: dict[str, Any] = {"server": "5e000001", "allocation": "25566", "text": "x"}
CANNOT = "❌ I cannot write to my own database"
HELD, AWAY, CROWDED = "Another program holds it.", "It does not answer now", "More is asked of it right now"
FULL, READ_ONLY = "Its disk is full.", "It takes nothing new at the moment, like a replica."


@dataclass
class Sea:
    """A bot, its database, and what can happen in between."""

    stage: Stage
    proxy: Proxy
    server: Server
    database: str
    ann: Person

    def found(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what another program finds in the database."""
        return self.server.execute(statement, database=self.database)

    async def annotated(self) -> str:
        """Change a port's notes; return what is said."""
        return (await self.ann.run("allocations notes", **NOTES)).text

    def read_only(self, state: str) -> None:
        """Let the database take writes or not, for whoever connects from now on; all have to."""
        self.server.execute(
            f"ALTER DATABASE {self.database} SET default_transaction_read_only = {state}",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'berth-%'",
        )

    @contextmanager
    def held(self, *statements: str) -> Iterator[psycopg.Connection[Any]]:
        """Let another program be in the middle of a transaction."""
        with psycopg.connect(self.server.url(self.database)) as other:
            for statement in statements:
                other.execute(statement.encode())
            yield other
            other.rollback()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Yield the server that all share; one of its own where the test's parameter says so."""
    if getattr(request, "param", None) == "own":
        request.getfixturevalue("postgres")  # skips where there is none
        with running_server() as own:
            yield own
    else:
        yield request.getfixturevalue("postgres")


@pytest.fixture
async def sea(world: World, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sea]:
    """Yield Survival's owner before a bot that reaches its database by way of a proxy."""
    monkeypatch.setattr("bot.store.lane.PATIENCE", 1.0)
    monkeypatch.setattr("bot.store.lane.SILENCE", 0.5)
    name = server.fresh().rpartition("/")[2]
    with proxy_before(server.port) as proxy:
        kind = stage_on(server.url(name, port=proxy.port) + UNENCRYPTED)
        async with open_stage(world.state, tmp_path, kind=kind) as stage:
            # A test of ten seconds and more would else sit until aiohttp looks after its connections, fifteen later.
            with stage.still_time():
                ann = await stage.linked("ann", world.ann)
                await ann.run("allocations list", server="Survival")
            stage.panel.requests.clear()
            yield Sea(stage, proxy, server, name, ann)
            stage.env.raise_errors()


@pytest.fixture
def small_disk(server: Server) -> Iterator[Path]:
    """Yield a folder of the server's user on a disk of two megabytes."""
    folder = server.folder / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False)  # noqa: S603, S607
    if made.returncode != 0:
        pytest.skip("this user may not mount a file system of its own, so that none can be filled")
    try:
        owner = server.folder.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607


own_server = pytest.mark.parametrize("server", ["own"], indirect=True)


async def test_a_commit_that_never_arrives_is_told_as_unknown_and_nothing_is_sent(sea: Sea) -> None:
    """From here it looks as one that arrived and whose answer was lost: neither is claimed."""
    sea.proxy.meet(b"COMMIT", Fault.CUT_BEFORE, times=1)

    said = await sea.annotated()
    kept = sea.found("SELECT count(*) FROM changes")
    sent = list(sea.stage.changes)
    again = await sea.annotated()  # it has come back by itself

    assert "❌ My own database does not answer" in said
    assert "nothing was sent to {panel}" in unnamed(said)
    assert "may list it all the same, as unknown" in said
    assert (kept, sent) == ([(0,)], [])
    assert "✅" in again


async def test_what_is_cut_after_a_commit_is_told_as_unknown_and_nothing_is_sent(sea: Sea) -> None:
    sea.proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)

    said = await sea.annotated()

    assert "❌ My own database does not answer" in said
    assert "nothing was sent to {panel}" in unnamed(said)
    assert "may list it all the same, as unknown" in said
    assert sea.stage.changes == []
    assert sea.found("SELECT outcome FROM changes") == [("unknown",)]


async def test_a_link_that_is_cut_after_its_commit_is_not_said_to_be_missing_and_is_there(
    sea: Sea, world: World
) -> None:
    sea.proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)

    seen = await sea.ann.link(world.dan)
    said, offered = seen.text, buttons_on(seen)
    account = (await sea.ann.press("My account", on=seen)).text

    assert "I do not know whether the key was stored." in said
    assert "Look at </account:" in said
    assert offered == ["My account", "Support"]
    assert "**Panel account**: dan" in account


async def test_a_swap_that_is_cut_after_its_commit_leads_to_the_key_that_is_stored(sea: Sea, world: World) -> None:
    await sea.ann.run("account")
    async with sea.stage.slow_panel(changing):
        waiting = await sea.ann.press("Swap it for a key of my own")
        sea.proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)  # the intent to make the key is written by now
    seen = sea.ann.saw(waiting.result)
    said, offered = seen.text, buttons_on(seen)
    account = (await sea.ann.press("My account", on=seen)).text

    assert "I do not know whether my own key was stored in place of yours." in said
    assert offered == ["My account", "Support"]
    assert sea.found("SELECT own_description IS NULL FROM links") == [(False,)]
    assert "one I made for myself" in account


async def test_an_unlink_that_is_cut_after_its_commit_is_not_said_to_have_failed(sea: Sea, world: World) -> None:
    await sea.ann.run("unlink")
    sea.proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)

    seen = await sea.ann.press(f"Unlink ptlc_…{world.ann[-4:]}")
    said, offered = seen.text, buttons_on(seen)
    account = (await sea.ann.press("My account", on=seen)).text

    assert "I do not know whether what I stored about you was deleted." in said
    assert offered == ["My account", "Support"]
    assert "You are not linked, and I store nothing about you." in account
    assert sea.found("SELECT count(*) FROM links") == [(0,)]


async def test_what_became_of_a_change_is_on_record_though_its_commit_was_cut(sea: Sea) -> None:
    """The first commit writes it down, the second what became of it: that one is written again."""
    sea.proxy.meet(b"UPDATE changes", Fault.CUT_AFTER, times=1)

    said = await sea.annotated()
    await sea.stage.env.advance_time(10)

    assert sea.proxy.faults == 1
    assert "✅" in said
    assert len(sea.stage.changes) == 1
    assert sea.found("SELECT outcome FROM changes") == [("done",)]


async def test_a_server_that_swallows_everything_is_told_in_time_and_hung_up_on(sea: Sea) -> None:
    sea.proxy.meet(b"INSERT INTO changes", Fault.SILENCE)

    began = time.monotonic()
    said = await sea.annotated()
    took = time.monotonic() - began
    sea.proxy.mend()

    assert CANNOT in said
    assert took < 5
    assert sea.stage.changes == []
    assert "✅" in await sea.annotated()


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


async def test_a_lock_for_longer_than_anybody_waits_is_told_and_reading_goes_on(sea: Sea) -> None:
    with sea.held("LOCK TABLE changes IN EXCLUSIVE MODE"):
        began = time.monotonic()
        said = await sea.annotated()
        took = time.monotonic() - began
        account = (await sea.ann.run("account")).text
    again = await sea.annotated()

    assert CANNOT in said
    assert HELD in said
    assert took < 5
    assert "**Panel account**: ann" in account
    assert "✅" in again
    assert sea.found("SELECT outcome FROM changes") == [("done",)]


async def test_throughout_a_long_lock_everybody_is_told_in_time_and_the_last_change_alone_is_made(sea: Sea) -> None:
    """Ten times as long as anybody waits, as thirty seconds are of three."""
    await assert_told_throughout(sea, seconds=10 * lane.PATIENCE)


@pytest.mark.skipif(not os.environ.get("BERTH_LONG"), reason="takes half a minute; BERTH_LONG=1 runs it")
async def test_throughout_half_a_minute_of_lock_the_same_holds_with_the_patience_that_people_meet(
    sea: Sea, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with sea.stage.still_time():
        await sea.stage.restart()
        await sea.ann.run("allocations list", server="Survival")

    await assert_told_throughout(sea, seconds=30)


async def assert_told_throughout(sea: Sea, *, seconds: float) -> None:
    """Fail unless each change meets a lock and says so in time, while lists work, and the one after it is made."""
    told: list[tuple[str, float]] = []
    with sea.held("LOCK TABLE changes IN EXCLUSIVE MODE"):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            said = await sea.annotated()
            told.append((said, time.monotonic() - began))
            assert "203.0.113.7:25566" in (await sea.ann.run("allocations list", server="Survival")).options
    again = await sea.annotated()

    assert len(told) >= 4
    assert all(CANNOT in said and HELD in said and "nothing was sent to {panel}" in unnamed(said) for said, _ in told)
    assert max(seconds for _, seconds in told) < 5
    assert "✅" in again
    assert len(sea.stage.changes) == 1
    assert sea.found("SELECT outcome FROM changes") == [("done",)]


async def test_a_list_waits_for_nobody_who_holds_the_link_whose_use_is_to_be_noted(sea: Sea) -> None:
    await away_for_a_minute(sea)
    with sea.held("SELECT 1 FROM links FOR UPDATE"):
        began = time.monotonic()
        listed = (await sea.ann.run("allocations list", server="Survival")).options
        took = time.monotonic() - began

    assert "203.0.113.7:25566" in listed
    assert took < lane.PATIENCE


@pytest.mark.parametrize(
    "trouble", ["LOCK TABLE links IN SHARE MODE", "a full disk", "read-only"], ids=["locked", "full", "read-only"]
)
async def test_a_list_after_a_minute_away_is_shown_though_its_use_cannot_be_noted(sea: Sea, trouble: str) -> None:
    await away_for_a_minute(sea)
    with ExitStack() as others:
        if trouble == "a full disk":
            call_full(sea, before="UPDATE ON links")
        elif trouble == "read-only":
            sea.read_only("on")
        else:
            others.enter_context(sea.held(trouble))
        first = (await sea.ann.run("allocations list", server="Survival")).options
        began = time.monotonic()
        account = (await sea.ann.run("account")).text
        again = (await sea.ann.run("allocations list", server="Survival")).options
        took = time.monotonic() - began
    sea.read_only("off")

    assert "203.0.113.7:25566" in first
    assert first == again
    assert "**Panel account**: ann" in account
    assert took < lane.PATIENCE


async def test_a_disk_that_the_server_calls_full_is_told_as_full_and_nothing_is_sent(sea: Sea) -> None:
    """As PostgreSQL says it, with the code it has for it: a full file system is not everybody's to make."""
    call_full(sea, before="INSERT ON changes")

    said = await sea.annotated()
    sea.found("DROP TRIGGER full_disk ON changes")

    assert_told_as_full(said)
    assert sea.stage.changes == []
    assert "✅" in await sea.annotated()


async def test_where_no_try_helps_none_is_offered(sea: Sea, world: World) -> None:
    call_full(sea, before="INSERT OR UPDATE ON links")

    said = unnamed((await sea.ann.link(world.dan)).text)
    offered = buttons_on(sea.ann.seen)

    assert "database needs room: until then, trying again does not help" in said
    assert offered == ["My servers", "Support"]
    assert "203.0.113.7:25566" in (await sea.ann.run("allocations list", server="5e000001")).text


async def test_after_a_swap_that_a_full_database_does_not_keep_no_try_is_offered_but_the_key_that_works(
    sea: Sea,
) -> None:
    call_full(sea, before="UPDATE OF own_description ON links")
    await sea.ann.run("account")

    seen = await sea.ann.press("Swap it for a key of my own")
    said, offered = seen.text, buttons_on(seen)
    account = (await sea.ann.press("My account", on=seen)).text

    assert "I did not swap your key" in said
    assert "database needs room: until then, trying again does not help" in said
    assert "I have deleted what I had made by then." in said
    assert offered == ["My account", "My servers", "Support"]
    assert "the one you pasted" in account


@own_server
async def test_a_disk_that_is_full_indeed_is_told_as_full_and_used_again_when_there_is_room(
    sea: Sea, small_disk: Path
) -> None:
    sea.server.execute(f"CREATE TABLESPACE small LOCATION '{small_disk}'")
    sea.found("CREATE TABLE other_things (bytes text) TABLESPACE small")
    sea.found("ALTER TABLE changes SET TABLESPACE small")
    with pytest.raises(psycopg.errors.DiskFull):
        sea.found("INSERT INTO other_things SELECT repeat(md5(n::text), 30) FROM generate_series(1, 20000) n")

    said = await sea.annotated()
    kept = sea.found("SELECT count(*) FROM changes")
    sea.found("DROP TABLE other_things")
    sea.server.execute("CHECKPOINT")
    again = await sea.annotated()
    sea.found("ALTER TABLE changes SET TABLESPACE pg_default")
    sea.server.execute("DROP TABLESPACE small")

    assert_told_as_full(said)
    assert kept == [(0,)]
    assert len(sea.stage.changes) == 1
    assert "✅" in again


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


async def away_for_a_minute(sea: Sea) -> None:
    """Let the bot have nothing of Ann's in memory, and her last use be a minute ago."""
    await sea.stage.env.advance_time(61)
    await sea.stage.restart()


def call_full(sea: Sea, *, before: str) -> None:
    """Let the server say of these statements that its disk is full."""
    sea.found(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE disk_full USING MESSAGE = ''could not extend file: No space left on device''; END'"
    )
    sea.found(f"CREATE TRIGGER full_disk BEFORE {before} FOR EACH ROW EXECUTE FUNCTION full_disk()")


def assert_told_as_full(said: str) -> None:
    """Fail if a full disk was not told as one, with whose side it is on and what to do."""
    assert CANNOT in said
    assert FULL in said
    assert "nothing was sent to {panel}" in unnamed(said)
    assert "Tell whoever runs this bot that its database needs room" in said
    assert "on my side, neither on yours nor on {panel}'s" in unnamed(said)
