"""Starting on a PostgreSQL server: two at once, without what speaks to it or a write, and whether it is well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.store.database import open_database
from tests.names import unnamed
from tests.postgres.proxy import UNENCRYPTED, Fault, Proxy, proxy_before
from tests.postgres.server import Server, folder_of_servers
from tests.process.commands import KEY, NEXT_KEY, ran
from tests.process.harbour import Harbour
from tests.wire import BotProcess
from tests.wire.process import ROOT

INSTALL = "run pip install '.[postgres]'"
TAKES_NO_WRITES = (
    "takes no writes, as a replica or one with default_transaction_read_only, which is on the server's side: "
    "promote it, take that setting back, or let DATABASE_URL lead to the primary, and start again"
)
POSTGRES_ALONE = ("check", "run", "rotate-key")


@pytest.fixture
def watched(postgres: Server) -> Iterator[tuple[Proxy, str]]:
    """Yield what counts the statements on their way to a new database, and its address."""
    name = postgres.fresh().rpartition("/")[2]
    with proxy_before(postgres.port) as proxy:
        yield proxy, postgres.url(name, port=proxy.port) + UNENCRYPTED


@pytest.fixture
def without_psycopg(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a PYTHONPATH on which psycopg cannot be imported, as if its extra were not installed."""
    folder = tmp_path_factory.mktemp("without")
    (folder / "psycopg.py").write_text("raise ModuleNotFoundError('No module named psycopg')\n")
    return f"{folder}:{ROOT}"


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


@pytest.mark.parametrize("command", POSTGRES_ALONE)
async def test_without_psycopg_a_sentence_says_what_to_install(
    harbour: Harbour, without_psycopg: str, command: str
) -> None:
    url = "postgresql://berth@127.0.0.1:9/berth"

    code, said = await ran(harbour, command, DATABASE_URL=url, PYTHONPATH=without_psycopg)

    assert code == 2
    assert f"DATABASE_URL names a PostgreSQL server, and what speaks to that is not installed: {INSTALL}" in said


@pytest.mark.parametrize("direction", ["from a server", "to a server"])
async def test_a_move_without_psycopg_says_what_to_install(
    harbour: Harbour, tmp_path: Path, without_psycopg: str, direction: str
) -> None:
    file, server = f"sqlite:///{tmp_path / 'old.db'}", "postgresql://berth@127.0.0.1:9/berth"
    (tmp_path / "old.db").touch()
    source, target = (server, f"{file}-new") if direction == "from a server" else (file, server)

    code, said = await ran(harbour, "move", "--from", source, "--to", target, PYTHONPATH=without_psycopg)

    assert code == 2
    assert INSTALL in said


async def test_a_bot_on_a_file_runs_without_psycopg(harbour: Harbour, without_psycopg: str) -> None:
    async with harbour.bot(PYTHONPATH=without_psycopg) as bot:
        await harbour.discord.until_ready()
        listed = await harbour.open_panel(await harbour.linked())
        bot.terminate()
        assert await bot.ended() == 0

    assert "25566" in listed.text


async def test_health_says_whether_the_bot_is_connected_without_metrics_and_without_a_file(
    harbour: Harbour, postgres: Server
) -> None:
    url, other = postgres.fresh(), postgres.fresh()
    # As the image asks: with the settings of the process, on a disk that takes no file.
    asked: dict[str, Any] = {"DISCORD_TOKEN": None, "PANEL_URL": None, "TMPDIR": "/nowhere"}

    async def healthy(url: str, **more: str) -> tuple[int, str]:
        return await ran(harbour, "health", DATABASE_URL=url, **asked, **more)

    before = await healthy(url)
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY, SHARD_COUNT="1") as bot:
        await bot.until_line("Ready as")
        well = await _until_well(harbour, bot, url)
        others = await healthy(other, SHARD_COUNT="1")
        bot.terminate()
        assert await bot.ended() == 0
    after = await healthy(url, SHARD_COUNT="1")

    assert before == after == others == (1, "unhealthy: no bot with these settings runs on this machine")
    assert well.startswith("healthy: the bot was connected to Discord ")
    assert list(harbour.folder.iterdir()) == []


async def test_health_says_so_where_only_the_other_processes_do_not_know_yet_that_the_bot_is_connected(
    harbour: Harbour, postgres: Server
) -> None:
    url = postgres.fresh()
    settings: dict[str, Any] = {"DATABASE_URL": url, "ENCRYPTION_KEY": KEY, "SHARD_COUNT": "1"}
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(1112888424, 0)")
        async with harbour.bot(**settings) as bot:
            await harbour.discord.until_ready()
            await bot.until_line("Locks between processes may be late")
            unknown = await ran(harbour, "health", **settings)
            other.execute("SELECT pg_advisory_unlock(1112888424, 0)")
            well = await _until_well(harbour, bot, url)

    assert unknown == (1, "unhealthy: the bot is connected to Discord, which the other processes do not know yet")
    assert well.startswith("healthy: the bot was connected to Discord ")


async def _until_well(harbour: Harbour, bot: BotProcess, url: str) -> str:
    """Return what `health` says once it is well; it looks every second."""
    for _ in range(10):
        code, said = await ran(harbour, "health", DATABASE_URL=url, SHARD_COUNT="1", DISCORD_TOKEN=None)
        if code == 0:
            return said
    return bot.stderr


async def test_the_key_is_rotated_on_a_server_while_the_bot_runs_and_the_old_one_can_go(
    harbour: Harbour, postgres: Server
) -> None:
    url, both = postgres.fresh(), f"{NEXT_KEY},{KEY}"
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as")
        member = await harbour.linked()
        too_early = await ran(harbour, "rotate-key", DATABASE_URL=url, ENCRYPTION_KEY=both)
        bot.terminate()
        await bot.ended()
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=both) as bot:
        await bot.until_line("Ready as")
        rotated = await ran(harbour, "rotate-key", DATABASE_URL=url, ENCRYPTION_KEY=both)
        meanwhile = await harbour.open_panel(member)
        bot.terminate()
        await bot.ended()
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=NEXT_KEY) as bot:
        await bot.until_line("Ready as")
        after = await harbour.open_panel(member)

    assert too_early[0] == 2
    assert "restart it with the new list first" in too_early[1]
    assert rotated[0] == 0
    assert "Links sealed again under the first key: 1; already so: 0." in rotated[1]
    assert "25566" in meanwhile.text
    assert "25566" in after.text


async def test_without_an_encryption_key_every_command_says_that_a_server_needs_one(
    harbour: Harbour, postgres: Server
) -> None:
    for command in POSTGRES_ALONE:
        code, said = await ran(harbour, command, DATABASE_URL=postgres.fresh(), ENCRYPTION_KEY=None)

        assert code == 2
        assert "ENCRYPTION_KEY must be set when the database is not a file" in said


@pytest.mark.parametrize("command", ["backup", "restore"])
async def test_backup_and_restore_name_the_tools_that_the_server_has_for_it(harbour: Harbour, command: str) -> None:
    code, said = await ran(harbour, command, "berth.dump", DATABASE_URL="postgresql://berth@127.0.0.1:9/berth")

    assert code == 2
    assert "DATABASE_URL names a PostgreSQL server, whose own tools do this: " in said
    assert "pg_dump" in said
    assert "docs/operations/postgresql.md" in said
    assert list(harbour.folder.iterdir()) == []


async def test_a_dump_put_back_as_the_document_says_brings_a_deleted_link_back(
    harbour: Harbour, postgres: Server
) -> None:
    url = postgres.fresh()
    document = (ROOT / "docs" / "operations" / "postgresql.md").read_text()
    dump = "--format=custom --file=berth.dump"
    put_back = "--clean --single-transaction --dbname=berth berth.dump"
    assert f"pg_dump {dump}" in document
    assert f"pg_restore {put_back}" in document
    file = postgres.folder / "berth.dump"

    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as")
        member = await harbour.linked()
        bot.terminate()
        await bot.ended()
    postgres.run("pg_dump", *dump.replace("berth.dump", str(file)).split(), "-d", url)
    postgres.execute("DELETE FROM links", database=url.rpartition("/")[2])
    postgres.run(
        "pg_restore", *put_back.replace("dbname=berth", f"dbname={url}").replace("berth.dump", str(file)).split()
    )
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as")
        listed = await harbour.open_panel(member)

    assert "25566" in listed.text


async def test_with_every_connection_of_the_pool_held_all_are_told_in_time_and_one_change_is_made_afterwards(
    harbour: Harbour, postgres: Server
) -> None:
    url = postgres.fresh()
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as")
        members = [await harbour.linked() for _ in range(9)]
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE changes IN EXCLUSIVE MODE")
            asked = [await harbour.annotate(member, "while it is held") for member in members]
            told = [(await shown.wait_for_answer(within=15)).text for shown in asked]
            seen = await harbour.open_panel(members[0])
            other.rollback()
        again = await (await harbour.annotate(members[0], "afterwards")).wait_for_answer()
        bot.terminate()
        assert await bot.ended() == 0

    assert all("❌ I cannot write to my own database" in text for text in told)
    assert all("nothing was sent to {panel}" in unnamed(text) for text in told)
    assert sum("Another program holds it." in text for text in told) >= 3
    assert all("on my side, neither on yours" in text for text in told)
    assert "25566" in seen.text
    assert "✅" in again.text
    assert [harbour.notes(member) for member in members] == ["afterwards", *["before"] * 8]
    assert postgres.execute("SELECT outcome FROM changes", database=url.rpartition("/")[2]) == [("done",)]


@pytest.mark.parametrize("at", [b"BEGIN ISOLATION LEVEL SERIALIZABLE", b"INSERT INTO changes"])
async def test_a_connection_cut_before_the_commit_is_sent_is_made_anew_and_nobody_notices(
    harbour: Harbour, watched: tuple[Proxy, str], postgres: Server, at: bytes
) -> None:
    proxy, url = watched
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as")
        member = await harbour.linked()
        proxy.meet(at, Fault.CUT_BEFORE, times=1)
        said = await (await harbour.annotate(member, "through a cut")).wait_for_answer()
        bot.terminate()
        assert await bot.ended() == 0

    assert proxy.faults == 1
    assert "✅" in said.text
    assert harbour.notes(member) == "through a cut"
    name = url.partition("?")[0].rpartition("/")[2]
    assert postgres.execute("SELECT outcome FROM changes", database=name) == [("done",)]
