"""Starting on a PostgreSQL server: two at once, and on one that takes no writes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store.database import open_database
from tests.postgres.proxy import Fault, Proxy
from tests.postgres.server import Server, folder_of_servers
from tests.process.commands import KEY, ran
from tests.process.harbour import Harbour

TAKES_NO_WRITES = (
    "takes no writes, as a replica or one with default_transaction_read_only, which is on the server's side: "
    "promote it, take that setting back, or let DATABASE_URL lead to the primary, and start again"
)


async def test_two_that_start_at_once_on_an_empty_database_both_run_and_its_tables_are_made_once(
    harbour: Harbour, watched: tuple[Proxy, str]
) -> None:
    proxy, url = watched
    proxy.meet(b"CREATE TABLE links", Fault.PASSES)
    harbour.discord.rest.sessions["max_concurrency"] = 16
    settings: dict[str, Any] = {"DATABASE_URL": url, "ENCRYPTION_KEY": KEY}

    async with harbour.bot(**settings) as one, harbour.bot(**settings) as two:
        for bot in (one, two):
            await bot.until_line("Ready as", within=40)
        member = await harbour.linked()
        listed = await harbour.open_panel(member)

    assert proxy.faults == 1
    assert "25566" in listed.text
    assert any("Database schema: " in line for line in [*one.lines, *two.lines])


@pytest.mark.parametrize("tables", ["with its tables", "empty"])
async def test_a_start_on_a_read_only_database_says_on_whose_side_that_is_and_what_to_do(
    harbour: Harbour, postgres: Server, tables: str
) -> None:
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    if tables != "empty":
        await (await open_database(url)).close()
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    ended = await ran(harbour, DATABASE_URL=url)
    checked = await ran(harbour, "check", DATABASE_URL=url)
    postgres.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")

    assert ended == (1, f"berth: the database failed: {name} at 127.0.0.1:{postgres.port} {TAKES_NO_WRITES}")
    assert checked[0] == 2
    assert f"FAILED database: {name} at 127.0.0.1:{postgres.port} {TAKES_NO_WRITES}" in checked[1].splitlines()
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as", within=40)


async def test_a_start_on_a_replica_says_on_whose_side_that_is_and_goes_well_once_it_is_promoted(
    harbour: Harbour, postgres: Server
) -> None:
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    await (await open_database(url)).close()
    with folder_of_servers() as folder:
        replica = postgres.follow(folder)
        replica.start()
        try:
            ended = await ran(harbour, DATABASE_URL=replica.url(name))
            replica.promote()
            async with harbour.bot(DATABASE_URL=replica.url(name), ENCRYPTION_KEY=KEY) as bot:
                await bot.until_line("Ready as", within=40)
        finally:
            replica.stop("immediate")

    assert ended == (1, f"berth: the database failed: {name} at 127.0.0.1:{replica.port} {TAKES_NO_WRITES}")
