"""What others change, where the database lets the bot listen again before it lets it read."""

from __future__ import annotations

import asyncio

from tests.e2e.postgres.trouble.sea import Sea
from tests.postgres.proxy import Fault

ENDS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'berth-%'"


async def test_an_unlink_elsewhere_is_known_at_once_though_nothing_could_be_read_when_the_bot_was_back_in_touch(
    sea: Sea,
) -> None:
    sea.proxy.meet(b"SELECT * FROM names", Fault.SILENCE, times=1)
    sea.server.execute(ENDS)
    await asyncio.sleep(3)  # a second and a half until that is given up, and then it is read once more
    await sea.ann.run("allocations list", server="Survival")  # the bot keeps what it reads of the link
    sea.found("DELETE FROM links")

    async with asyncio.timeout(10):
        while "First, link your account" not in (await sea.ann.run("allocations list", server="Survival")).text:
            pass
    assert sea.proxy.faults == 1
