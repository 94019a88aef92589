"""Which process carries which shard, and what is known of that while the server is away."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import OwnDatabaseFailed, OwnDatabaseUnreadable
from tests.postgres.fleet.fleets import ANN, Fleets
from tests.postgres.server import Server


async def test_a_shard_is_known_to_be_carried_until_its_process_drops_it_or_ends(fleets: Fleets) -> None:
    assert not await fleets.two.exclusion.by_another([0])
    for shard in (0, 1):
        await fleets.one.exclusion.begin(shard)

    both = await fleets.two.exclusion.by_another([0, 1])
    own = await fleets.one.exclusion.by_another([0, 1])
    more = await fleets.two.exclusion.by_another([0, 1, 2])
    nobody = await fleets.two.exclusion.by_nobody(4)
    await fleets.one.exclusion.end(1)
    dropped_by_all = await fleets.one.exclusion.by_nobody(2)
    dropped = await fleets.two.exclusion.by_another([0, 1])
    await fleets.one.exclusion.line.close()
    async with asyncio.timeout(5):
        while await fleets.two.exclusion.by_another([0]):
            pass  # the server takes a moment to notice the end of a connection

    assert (both, own, more, dropped) == (True, False, False, False)
    assert (nobody, dropped_by_all) == ([2, 3], [1])


async def test_an_outage_is_said_once_however_many_shards_wait_for_its_end(
    fleets: Fleets, postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    shards = range(16)
    said: list[int] = []
    for _ in range(2):
        postgres.stop("immediate")
        try:
            waiting = [asyncio.create_task(fleets.one.exclusion.begin(shard)) for shard in shards]
            await asyncio.sleep(1.3)
        finally:
            postgres.start()
        async with asyncio.timeout(10):
            await asyncio.gather(*waiting)
        said.append(len([line for line in caplog.messages if "ocks between processes" in line]))
        carried = await fleets.two.exclusion.by_another(shards)
        for shard in shards:
            await fleets.one.exclusion.end(shard)

    assert said == [1, 2]
    assert carried


async def test_a_shard_that_comes_back_while_the_server_is_away_is_told_of_only_afterwards(
    fleets: Fleets, postgres: Server
) -> None:
    one = fleets.one.exclusion
    await one.begin(0)
    before = one.is_told([0])
    postgres.stop("immediate")
    try:
        await one.end(0)
        waiting = asyncio.create_task(one.begin(0))
        await asyncio.sleep(0.7)
        meanwhile = one.is_told([0])
    finally:
        postgres.start()
    async with asyncio.timeout(10):
        await waiting

    assert (before, meanwhile, one.is_told([0]), one.is_told([0, 1])) == (True, False, True, False)


async def test_while_the_server_is_away_nothing_is_taken_and_afterwards_everything_is(
    fleets: Fleets, postgres: Server
) -> None:
    await fleets.one.claims.take(1, ANN)
    await fleets.one.exclusion.begin(0)
    postgres.stop("immediate")
    try:
        with pytest.raises(OwnDatabaseUnreadable):
            await fleets.one.claims.take(2, ANN)
        with pytest.raises(OwnDatabaseFailed):
            await fleets.one.marks.put("posted", 300)
        with pytest.raises(OwnDatabaseFailed):
            async with fleets.one.exclusion.turn("server"):
                pytest.fail("a turn was given that nobody gave")
        assert not await fleets.one.exclusion.by_another([0])
        assert (await fleets.one.starts.take(0)).wait > 0
    finally:
        postgres.start()
    await fleets.heard.until(lambda words: words[-1] == "in")

    assert (await fleets.one.claims.take(3, ANN)).mine
    async with fleets.one.exclusion.turn("server"):
        pass
    assert await fleets.two.exclusion.by_another([0])
