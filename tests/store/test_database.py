"""The database is made private, brought to the current schema, and refused where it cannot be used."""

from __future__ import annotations

import ast
import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from bot.store.address import file_of, folder_of
from bot.store.connection import Connection
from bot.store.database import Database, open_database
from bot.store.errors import DatabaseFailed, StoreError
from bot.store.migrations import HEAD
from bot.store.upgrade import FOLDER, config
from tests.store.conftest import url_in

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a database in a file: what is said here is of SQLite."""
    return url_in(tmp_path)


def mode(path: Path) -> int:
    """Return the permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def modes_in(folder: Path) -> dict[str, int]:
    """Return the permission bits of every file in a folder."""
    return {path.name: mode(path) for path in folder.iterdir()}


async def open_and_close(url: str, *, migrate: bool = True) -> None:
    """Open a database as a start does, and close it."""
    await (await open_database(url, migrate=migrate)).close()


async def values(database: Database, statement: str) -> list[object]:
    """Return the first column of what a statement finds."""
    return [row[0] for row in await database.read(lambda connection: connection.execute(statement).fetchall())]


async def remember(database: Database, name: str) -> None:
    """Write one row."""
    await database.write(lambda connection: connection.execute("INSERT INTO settings VALUES (?, '1')", (name,)))


async def test_an_empty_database_gets_the_newest_schema(database: Database) -> None:
    tables = await values(database, "SELECT name FROM sqlite_master WHERE type = 'table'")

    assert {"links", "settings", "changes"} <= set(tables)
    assert await values(database, "SELECT version_num FROM alembic_version") == [HEAD]


def test_the_newest_migration_is_the_one_the_constant_names() -> None:
    scripts = ScriptDirectory.from_config(config())

    assert scripts.get_heads() == [HEAD]
    assert len(list(scripts.walk_revisions())) == int(HEAD)


def test_every_migration_says_why_and_can_be_undone() -> None:
    for path in sorted(FOLDER.glob("versions/*.py")):
        tree = ast.parse(path.read_text())

        assert "Reason: " in (ast.get_docstring(tree) or ""), path.name
        assert {"upgrade", "downgrade"} <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


async def test_a_database_from_the_first_version_is_brought_up_to_date_with_its_links(url: str) -> None:
    path = Path(str(file_of(url)))
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.executescript(
            """
            CREATE TABLE links (
                user_id BIGINT NOT NULL PRIMARY KEY, panel_origin VARCHAR(255) NOT NULL, panel_user_id INTEGER NOT NULL,
                panel_username VARCHAR(191) NOT NULL, sealed_key BLOB NOT NULL, masked_key VARCHAR(16) NOT NULL,
                linked_at BIGINT NOT NULL, last_used_at BIGINT, last_server VARCHAR(8));
            CREATE TABLE settings (name VARCHAR(64) NOT NULL PRIMARY KEY, value TEXT NOT NULL);
            CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
            INSERT INTO alembic_version VALUES ('0001');
            INSERT INTO links VALUES (7, 'https://p', 1, 'ann', x'01', 'ptlc_…0001', 0, NULL, NULL);
            """
        )
    connection.close()

    database = await open_database(url)
    names = await values(database, "SELECT panel_username FROM links")
    changes = await values(database, "SELECT count(*) FROM changes")
    await database.close()

    assert (names, changes) == (["ann"], [0])


async def test_folder_file_and_what_sqlite_puts_beside_it_are_private(database: Database, url: str) -> None:
    folder, path = Path(str(folder_of(url))), Path(str(file_of(url)))
    await remember(database, "a")
    beside = modes_in(folder)

    assert mode(folder) == 0o700
    assert mode(path) == 0o600
    assert "berth.db-wal" in beside
    assert set(beside.values()) == {0o600}


def test_a_folder_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    asyncio.run(open_and_close(f"sqlite:///{tmp_path / 'berth.db'}"))

    assert mode(tmp_path) == 0o750
    assert mode(tmp_path / "berth.db") == 0o600


async def test_a_second_opening_changes_nothing(url: str) -> None:
    for name in ("first", "second"):
        database = await open_database(url)
        await remember(database, name)
        names = await values(database, "SELECT name FROM settings ORDER BY name")
        await database.close()

    assert names == ["first", "second"]


@pytest.mark.parametrize("migrate", [True, False])
def test_a_schema_from_a_newer_version_is_refused_in_one_line_and_left_alone(url: str, migrate: bool) -> None:
    asyncio.run(open_and_close(url))
    path = Path(str(file_of(url)))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(StoreError) as caught:
        asyncio.run(open_and_close(url, migrate=migrate))

    assert str(caught.value).startswith(f"the database has schema 9999, newer than this version's {HEAD}")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("nonsense", "DATABASE_URL is not a database URL"),
        ("", "DATABASE_URL is not a database URL"),
        ("sqlite:///berth.db?timeout=30", "DATABASE_URL takes no options after a question mark"),
        ("sqlite:/berth.db", "DATABASE_URL is not a database URL"),
        ("mysql://host/x", "must name a SQLite file or a PostgreSQL server .other databases are not supported., as in"),
    ],
)
async def test_an_unusable_address_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(StoreError, match=words) as caught:
        await open_database(wrong)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["host", "host:1x"])
async def test_a_password_in_the_address_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(StoreError, match="is not a database URL") as caught:
        await open_database(f"sqlite://user:hunter2@{host}/berth.db")

    assert "hunter2" not in str(caught.value)


async def test_a_database_in_memory_works_and_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    database = await open_database("sqlite:///:memory:")
    count = await values(database, "SELECT count(*) FROM links")
    await database.close()

    assert count == [0]
    assert "every link is lost when the bot ends" in caplog.text


async def test_the_address_of_earlier_versions_opens_the_same_file(url: str) -> None:
    database = await open_database(url)
    await remember(database, "there")
    await database.close()

    database = await open_database(url.replace("sqlite:", "sqlite+aiosqlite:"))
    names = await values(database, "SELECT name FROM settings")
    await database.close()

    assert names == ["there"]


def test_a_schema_that_no_version_made_is_refused_in_one_line(url: str) -> None:
    asyncio.run(open_and_close(url))
    path = Path(str(file_of(url)))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001x'")
    connection.close()

    with pytest.raises(StoreError, match="a schema that this version does not know") as caught:
        asyncio.run(open_and_close(url))

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("left_over", [True, False])
def test_a_look_changes_nothing_and_leaves_nothing(url: str, left_over: bool) -> None:
    """As `check` looks: also after a crash, which leaves the log beside the file."""
    asyncio.run(open_and_close(url))
    path = Path(str(file_of(url)))
    if left_over:
        crash = "c.execute('INSERT INTO settings VALUES (1, 1)'); c.commit(); os._exit(0)"
        command = [
            sys.executable,
            "-c",
            f"import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); {crash}",
            str(path),
        ]
        subprocess.run(command, check=True, timeout=60)  # noqa: S603
    before = {found.name: found.read_bytes() for found in path.parent.iterdir() if found.suffix != ".db-shm"}

    asyncio.run(open_and_close(url, migrate=False))

    assert ("berth.db-wal" in before) is left_over
    assert {found.name: found.read_bytes() for found in path.parent.iterdir() if found.suffix != ".db-shm"} == before


async def test_work_that_raises_changes_nothing_and_the_next_goes_on(database: Database) -> None:
    def half(connection: Connection) -> None:
        connection.execute("INSERT INTO settings VALUES ('half', '1')")
        connection.execute("INSERT INTO settings VALUES ('half', '2')")

    with pytest.raises(DatabaseFailed, match="UNIQUE constraint failed"):
        await database.write(half)
    await remember(database, "whole")

    assert await values(database, "SELECT name FROM settings") == ["whole"]


async def test_work_whose_caller_is_cancelled_is_finished_all_the_same(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        connection.execute("INSERT INTO settings VALUES ('first', '1')")
        begun.set()
        go_on.wait(10)
        connection.execute("INSERT INTO settings VALUES ('second', '1')")

    caller = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    caller.cancel()
    go_on.set()
    await asyncio.wait([caller])

    assert caller.cancelled()
    await remember(database, "third")  # one write after the other
    assert await values(database, "SELECT name FROM settings ORDER BY name") == ["first", "second", "third"]


_SECOND_START = """
import asyncio, sys
from bot.store.database import open_database
async def start():
    database = await open_database(sys.argv[1])
    await database.close()
asyncio.run(start())
print([name in sys.modules for name in ("alembic", "sqlalchemy")])
"""


def test_a_second_start_imports_neither_alembic_nor_sqlalchemy(url: str) -> None:
    def start() -> str:
        command = [sys.executable, "-c", _SECOND_START, url]
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60).stdout.strip()  # noqa: S603

    first, second = start(), start()

    assert (first, second) == ("[True, True]", "[False, False]")
