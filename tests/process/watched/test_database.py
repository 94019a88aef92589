"""A database that takes no write raises its alert where nobody presses, and one that does raises none."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
import yaml

from tests.architecture.source import ROOT
from tests.postgres.proxy import UNENCRYPTED, proxy_before
from tests.postgres.server import Server
from tests.process.harbour import Harbour
from tests.process.watched.watching import CYCLE, Watcher

AGE = "berth_database_write_age_seconds"
HASTE = 20
"""How many times faster than ours the bot's minutes pass."""


def _raised_at() -> float:
    """Return the seconds without a write that raise the alert."""
    (group,) = yaml.safe_load((ROOT / "docs" / "operations" / "alerts.yml").read_text())["groups"]
    (rule,) = [rule for rule in group["rules"] if rule["alert"] == "BerthDatabaseFails"]
    found = re.fullmatch(rf"max by \(instance\) \({AGE}\) > (\d+)", rule["expr"])
    assert found
    return float(found[1])


async def _until_age(watcher: Watcher, wanted: Callable[[float], bool]) -> float:
    """Wait until the age of the last write is as wanted, and return the greatest age on the way."""
    greatest = 0.0
    async with asyncio.timeout(60):
        while not wanted(age := await watcher.number(AGE)):
            greatest = max(greatest, age)
            await asyncio.sleep(CYCLE)
    return greatest


async def _until_written_by_itself(watcher: Watcher) -> float:
    await _until_age(watcher, lambda age: age > 20)
    return await _until_age(watcher, lambda age: age < 20)


@pytest.mark.timeout(120)
async def test_a_postgresql_that_is_stopped_raises_the_alert_though_nobody_presses_until_it_is_back(
    harbour: Harbour, postgres: Server, watcher: Watcher, port: int
) -> None:
    url = postgres.fresh()
    settings: dict[str, Any] = {"METRICS": f"127.0.0.1:{port}", "ENCRYPTION_KEY": "A" * 43 + "="}
    with proxy_before(postgres.port) as proxy:
        where = postgres.url(url.rpartition("/")[2], port=proxy.port) + UNENCRYPTED
        async with harbour.bot(DATABASE_URL=where, haste=HASTE, **settings) as bot:
            await watcher.until("/livez", 200)
            well = await _until_written_by_itself(watcher)

            proxy.refuse()
            proxy.lead_to(postgres.port)
            await _until_age(watcher, lambda age: age > _raised_at())
            told = await bot.until_line("Not ready: the database takes no write")

            proxy.refuse(False)
            await _until_age(watcher, lambda age: age < 20)

    assert well < _raised_at()
    assert " WARNING " in told


async def test_a_file_that_another_program_holds_raises_the_alert_though_nobody_presses(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}", haste=HASTE) as bot:
        await watcher.until("/livez", 200)
        well = await _until_written_by_itself(watcher)
        with closing(sqlite3.connect(bot.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await _until_age(watcher, lambda age: age > _raised_at())
            other.execute("ROLLBACK")
        await _until_age(watcher, lambda age: age < 20)

    assert well < _raised_at()
