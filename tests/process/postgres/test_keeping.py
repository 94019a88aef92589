"""What is kept on a PostgreSQL server: its key rotated, a backup put back, and a connection that is busy or cut."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from bot.store.database import open_database
from tests.names import unnamed
from tests.postgres.proxy import Fault, Proxy
from tests.postgres.server import Server, programs
from tests.process.commands import KEY, NEXT_KEY, ran
from tests.process.harbour import Harbour
from tests.wire.process import ROOT


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


@pytest.mark.parametrize("command", ["backup", "restore"])
async def test_backup_and_restore_name_the_tools_that_the_server_has_for_it(harbour: Harbour, command: str) -> None:
    code, said = await ran(harbour, command, "berth.dump", DATABASE_URL="postgresql://berth@127.0.0.1:9/berth")

    assert code == 2
    assert "DATABASE_URL names a PostgreSQL server, whose own tools do this: " in said
    assert "pg_dump" in said
    assert "docs/operations/postgresql.md" in said
    assert list(harbour.folder.iterdir()) == []


def _program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def operator(postgres: Server, tmp_path: Path) -> Iterator[Callable[[str], int]]:
    """Yield what runs a recipe of the document on the server's machine and returns the exit code."""
    document = (ROOT / "docs" / "operations" / "postgresql.md").read_text()
    found = dict(re.findall(r"<!-- ([\w-]+) -->\n```sh\n(.+?)```\n", document, re.DOTALL))
    _program(tmp_path / "sudo", '[ "$1" = -u ] && shift 2\nexec "$@"')
    _program(tmp_path / "systemctl", f'echo "systemctl $*" >> {tmp_path}/done')
    # It would give what it makes to the bot's user, whom this machine need not have.
    _program(tmp_path / "install", '[ "$1" = -o ] && shift 4\nexec /usr/bin/install "$@"')
    address = {"PGHOST": "127.0.0.1", "PGPORT": str(postgres.port), "PGUSER": "berth"}
    environment = {**os.environ, "PATH": f"{tmp_path}:{programs()}:{os.environ['PATH']}", **address}

    def done(recipe: str) -> int:
        script = found[recipe].replace("db.example.com", "127.0.0.1").replace("verify-full", "prefer")
        script = script.replace("/opt/", f"{tmp_path}/opt/").replace("/etc/", f"{tmp_path}/etc/")
        return subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, env=environment, check=False).returncode  # noqa: S603

    postgres.execute("CREATE DATABASE berth TEMPLATE template0")
    yield done
    postgres.execute("DROP DATABASE berth WITH (FORCE)", "DROP DATABASE IF EXISTS berth_restored WITH (FORCE)")


async def test_a_dump_put_back_as_the_document_says_brings_back_all_of_a_lost_database(
    harbour: Harbour, postgres: Server, operator: Callable[[str], int], tmp_path: Path
) -> None:
    async with harbour.bot(DATABASE_URL=postgres.url("berth"), ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as")
        member = await harbour.linked()
        bot.terminate()
        await bot.ended()
    dumped = operator("dump")
    postgres.execute("DROP TABLE texts", "DELETE FROM links", database="berth")
    put_back = operator("put-back")
    async with harbour.bot(DATABASE_URL=postgres.url("berth_restored"), ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as")
        listed = await harbour.open_panel(member)

    assert (dumped, put_back) == (0, 0)
    assert (tmp_path / "berth.dump").stat().st_mode & 0o777 == 0o600
    assert "25566" in listed.text


async def test_a_dump_is_not_put_over_a_database_that_is_there(
    postgres: Server, operator: Callable[[str], int]
) -> None:
    await (await open_database(postgres.url("berth"))).close()
    assert operator("dump") == 0
    postgres.execute("CREATE DATABASE berth_restored TEMPLATE berth")
    postgres.execute("INSERT INTO settings (name, value) VALUES ('since', 'then')", database="berth_restored")

    assert operator("put-back") != 0

    kept = "SELECT value FROM settings WHERE name = 'since'"
    assert postgres.execute(kept, database="berth_restored") == [("then",)]


async def test_a_bot_on_a_file_is_moved_to_a_server_as_the_document_says_and_opens_its_links_with_the_key_put_aside(
    harbour: Harbour, postgres: Server, operator: Callable[[str], int], tmp_path: Path
) -> None:
    installed, aside = tmp_path / "opt" / "berth", tmp_path / "etc" / "berth"
    _program(installed / ".venv" / "bin" / "python", f'PYTHONPATH={ROOT} exec {sys.executable} "$@"')
    (installed / ".env").write_text("DISCORD_TOKEN=filled in\nPANEL_URL=http://127.0.0.1:9/\n")
    async with harbour.bot(DATABASE_URL=f"sqlite:///{installed}/data/berth.db", ENCRYPTION_KEY=None) as bot:
        await bot.until_line("Ready as")
        member = await harbour.linked()
        bot.terminate()
        await bot.ended()
    aside.mkdir(parents=True)
    (aside / "database_password").write_text("not asked for here")

    code = operator("move")
    shutil.rmtree(installed)
    key = aside / "encryption.key"
    async with harbour.bot(
        DATABASE_URL=postgres.url("berth"), ENCRYPTION_KEY=None, ENCRYPTION_KEY_FILE=str(key)
    ) as bot:
        await bot.until_line("Ready as")
        listed = await harbour.open_panel(member)

    assert code == 0
    assert key.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "done").read_text() == "systemctl stop berth\n"
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
