"""A disk without room."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.e2e.postgres.trouble.sea import Sea, assert_told_as_full, call_full, own_server
from tests.names import buttons_on, unnamed
from tests.world import World


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
