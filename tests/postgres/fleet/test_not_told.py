"""A lock that the server gives and cannot tell of, and one that it does not give."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from bot.errors import OwnDatabaseFailed
from tests.postgres.fleet.fleets import Fleets
from tests.postgres.server import Server

STUCK = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@contextmanager
def nobody_is_told(postgres: Server) -> Iterator[None]:
    """Let a commit that tells something wait for a standby that is away: until it ends no other can tell anything."""
    other = postgres.fresh().rpartition("/")[2]
    postgres.execute("CREATE TABLE t (n int)", database=other)
    postgres.execute("ALTER SYSTEM SET synchronous_standby_names = 'away'", "SELECT pg_reload_conf()")
    try:
        with closing(psycopg.connect(postgres.url(other), autocommit=True)) as stuck:
            stuck.pgconn.send_query(b"BEGIN; INSERT INTO t VALUES (1); NOTIFY something; COMMIT")
            while postgres.execute(STUCK) == [(0,)]:
                pass
            yield
    finally:
        postgres.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
        while postgres.execute(STUCK) != [(0,)]:
            pass


async def test_a_turn_that_could_not_be_told_of_is_left_to_others(fleets: Fleets, postgres: Server) -> None:
    with nobody_is_told(postgres), pytest.raises(OwnDatabaseFailed):
        async with fleets.one.exclusion.turn("server"):
            pytest.fail("a turn was given in which the changes before it are not known")

    async with asyncio.timeout(10), fleets.two.exclusion.turn("server"):
        pass


async def test_what_is_held_by_others_leaves_nothing_behind_in_who_asks_for_it(fleets: Fleets) -> None:
    async with fleets.one.exclusion.alone("creation"):
        before = len(_waited_for())
        for _ in range(20):
            async with fleets.two.exclusion.alone("creation") as mine:
                assert not mine
        after = len(_waited_for())

    assert after <= before + 5


def _waited_for() -> list[object]:
    gc.collect()
    return [it for it in gc.get_objects() if isinstance(it, asyncio.Future) and not it.done()]
