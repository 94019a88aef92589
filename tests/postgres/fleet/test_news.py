"""What one process changes, the others hear; and who hears nothing believes nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.postgres.fleet.fleets import ANN, CUT, LINK, Fleets
from tests.postgres.server import Server


async def test_links_tell_of_themselves_whoever_changes_them(fleets: Fleets, postgres: Server) -> None:
    row = "(7, 'https://p', 1, 'ann', '', '{}', {}, false)"
    insert = LINK
    postgres.execute(insert + row.format("one", 1), database=fleets.database)
    postgres.execute("UPDATE links SET last_used_at = 5, last_server = 'x'", database=fleets.database)
    postgres.execute("UPDATE links SET sealed_key = 'again'", database=fleets.database)
    anew = ("BEGIN", "DELETE FROM links", insert + row.format("two", 1), "COMMIT")
    postgres.execute("; ".join(anew), database=fleets.database)
    postgres.execute("DELETE FROM links", database=fleets.database)
    heard = await fleets.heard.until(lambda words: "deleted 7" in words)

    assert [word for word in heard if word.endswith("7")] == ["replaced 7", "changed 7", "replaced 7", "deleted 7"]


async def test_a_lost_listener_believes_nothing_until_it_hears_again(fleets: Fleets, postgres: Server) -> None:
    fleets.heard.words.clear()

    postgres.execute(CUT.format(fleets.database), database=fleets.database)
    await fleets.heard.until(lambda words: "in" in words)
    await fleets.one.news.changed("5e000001")
    heard = await fleets.heard.until(lambda words: "server 5e000001" in words)

    assert heard == ["out", "in", "server 5e000001"]


async def test_a_stop_of_a_plan_is_told_to_the_other_process(fleets: Fleets) -> None:
    await fleets.one.news.stopped(ANN, 12)

    assert await fleets.heard.until(lambda words: f"stopped {ANN} 12" in words)


@pytest.mark.parametrize(
    "words", ["", "free", "x free", "x free now", "x stop", "x stop 5", "x stop a b", "x linked y"]
)
async def test_what_somebody_else_notifies_of_on_the_same_channel_ends_no_listening(
    fleets: Fleets, postgres: Server, words: str
) -> None:
    fleets.heard.words.clear()

    postgres.execute(f"NOTIFY berth, '{words}'", database=fleets.database)
    await fleets.one.news.changed("5e000001")

    assert await fleets.heard.until(lambda heard: "server 5e000001" in heard) == ["server 5e000001"]


async def test_a_process_that_is_told_nothing_is_woken_by_nothing(
    fleets: Fleets, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop: Any = asyncio.get_running_loop()
    woken = 0
    select = loop._selector.select

    def counted(timeout: float | None) -> Any:
        nonlocal woken
        woken += 1
        return select(timeout)

    monkeypatch.setattr(loop._selector, "select", counted)

    async with asyncio.timeout(20):
        before = -100
        while woken - before > 5:  # it may be making its connections still
            before = woken
            await asyncio.sleep(1)
    await fleets.one.news.changed("5e000001")
    assert await fleets.heard.until(lambda words: "server 5e000001" in words)
