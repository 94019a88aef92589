"""What was done lately, and when a session with Discord may be begun, over all processes."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.errors import OwnDatabaseFailed
from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import KEY_BYTES, Vault
from tests.postgres.fleet.fleets import VAULT, Fleets
from tests.postgres.proxy import UNENCRYPTED, Fault, proxy_before
from tests.postgres.server import Server


async def test_a_mark_stands_for_its_time_in_every_process_and_can_be_taken_away(fleets: Fleets) -> None:
    assert await fleets.one.marks.put("posted", 300) is None
    until = await fleets.two.marks.put("posted", 300)
    assert until is not None
    assert 295 < until - time.time() < 301

    await fleets.one.marks.remove("posted")
    assert await fleets.two.marks.put("posted", 0.2) is None
    await asyncio.sleep(0.25)
    assert await fleets.one.marks.put("posted", 300) is None


async def test_while_the_key_is_changed_process_by_process_a_mark_is_put_once(fleets: Fleets) -> None:
    old, new = b"k" * KEY_BYTES, b"n" * KEY_BYTES
    both = PostgresFleet(fleets.url, Vault([new, old]), me="both")
    done = PostgresFleet(fleets.url, Vault([new]), me="done")
    turns = [(fleets.one, both), (both, fleets.one), (both, done), (done, both)]

    put = [
        (await first.marks.put(f"press {n}", 60), await then.marks.put(f"press {n}", 60))
        for n, (first, then) in enumerate(turns)
    ]
    await done.marks.remove("press 3")  # what `both` could not put it has taken away again
    free = await both.marks.put("press 3", 60)
    await both.close()
    await done.close()

    assert all(first is None and then is not None for first, then in put)
    assert free is None


async def test_what_was_not_done_while_the_server_went_away_can_be_done_when_it_is_back(
    fleets: Fleets, postgres: Server
) -> None:
    assert await fleets.one.marks.put("press", 300) is None
    postgres.stop("fast")
    await fleets.one.marks.remove("press")  # for what was to be done failed, too
    postgres.start()
    await fleets.heard.until(lambda words: words[-1] == "in")

    others = await fleets.two.marks.put("press", 300)
    again = await fleets.one.marks.put("press", 300)
    twice = await fleets.one.marks.put("press", 300)

    assert others is not None
    assert again is None
    assert twice is not None


async def test_what_was_put_though_its_answer_was_lost_keeps_nobody_from_trying_again(
    fleets: Fleets, postgres: Server
) -> None:
    with proxy_before(postgres.port) as proxy:
        cut = PostgresFleet(postgres.url(fleets.database, port=proxy.port) + UNENCRYPTED, VAULT, me="cut")
        proxy.meet(b"INSERT INTO marks", Fault.CUT_AFTER, times=1)
        with pytest.raises(OwnDatabaseFailed):
            await cut.marks.put("press", 300)
        others = await fleets.one.marks.put("press", 300)
        again = await cut.marks.put("press", 300)
        twice = await cut.marks.put("press", 300)
        await cut.close()

    assert others is not None
    assert again is None
    assert twice is not None


async def test_sessions_of_one_bucket_are_five_seconds_apart_and_others_count(fleets: Fleets) -> None:
    first, own = await fleets.one.starts.take(0), await fleets.one.starts.take(1)
    refused = await fleets.two.starts.take(0)
    for bucket in (2, 3):
        await fleets.two.starts.take(bucket)
    later = await fleets.one.starts.take(4)

    assert (first.wait, own.wait) == (0, 0)
    assert 5 < refused.wait <= 5.5
    assert (own.others, later.others) == (0, 2)
