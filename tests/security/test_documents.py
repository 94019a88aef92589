"""What SECURITY.md tells operators to do works, and what it refers to exists."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import stat
import sys
from pathlib import Path

import psycopg

from bot.store.database import open_database
from bot.store.keyfile import read_keys
from bot.store.links import LinkStore
from bot.store.record import RecordStore
from bot.store.vault import Vault
from tests.postgres.server import Server
from tests.security.evidence import database_file
from tests.security.process import ROOT
from tests.stage import Stage
from tests.tables import read_tables, tables
from tests.world import World

SECURITY = (ROOT / "SECURITY.md").read_text()


def command(name: str) -> str:
    """Return the command with which to back up, or to restore."""
    found = re.search(rf"<!-- {name} -->\n```sh\n(.+)\n```\n", SECURITY)
    assert found
    return found.group(1)


async def run(name: str, folder: Path) -> int:
    """Run that command in a folder, with the `python` of the tests; return its exit code."""
    python = Path(sys.executable).parent
    environment = {"PATH": f"{python}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_shell(command(name), cwd=folder, env=environment)
    return await process.wait()


async def test_a_backup_of_a_running_bot_brings_every_link_and_change_back(
    stage: Stage, world: World, tmp_path: Path
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    operators, restored = tmp_path / "operators", tmp_path / "restored"
    operators.mkdir()
    (restored / "data").mkdir(parents=True)
    (operators / "data").symlink_to(database_file(stage).parent)

    codes = [await run("backup", operators)]
    backup = operators / "berth-backup.db"
    mode = stat.filemode(backup.stat().st_mode)
    backup.rename(restored / "berth-backup.db")
    shutil.copy(operators / "data" / "encryption.key", restored / "data")
    codes.append(await run("restore", restored))

    database = await open_database(f"sqlite:///{restored / 'data' / 'berth.db'}")
    links = LinkStore(
        database, Vault(read_keys(restored / "data" / "encryption.key")), panel=stage.settings.panel_origin
    )
    opened = await links.open(ann.id)
    changes, _ = await RecordStore(database).page(ann.id, server=None, offset=0, limit=10)
    await database.close()

    assert codes == [0, 0]
    assert mode == "-rw-------"
    assert opened is not None
    assert opened[1].reveal() == world.ann
    assert [entry.after for entry in changes] == [{"notes": "query"}]


def test_what_is_stored_is_told_table_by_table() -> None:
    described = re.findall(r"^\| `(\w+)` \|", SECURITY, re.MULTILINE)

    assert set(described) == set(tables())


async def test_what_is_stored_on_a_server_alone_is_told_too(postgres: Server) -> None:
    url = postgres.fresh()
    await (await open_database(url)).close()
    with psycopg.connect(url) as server:
        there = {name for (name,) in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    alone = re.findall(r"^\| (.+), in PostgreSQL alone \|", SECURITY, re.MULTILINE)

    assert {name for names in alone for name in re.findall(r"`(\w+)`", names)} == (
        there - (await read_tables()).keys() - {"alembic_version"}
    )


def test_every_command_that_measures_a_claim_names_tests_that_exist() -> None:
    named = re.findall(r"tests/[\w/]+(?:\.py)?", SECURITY)

    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
