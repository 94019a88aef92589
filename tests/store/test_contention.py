"""Other programs at the database, a full disk, one that hangs: nothing half done, nobody held up, all of it told."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.models import ApiKey, PanelAccount
from bot.domain.record import Entry
from bot.errors import OwnDatabaseSilent
from bot.store.address import file_of
from bot.store.connection import Connection
from bot.store.database import Database, open_database
from bot.store.errors import DatabaseBusy, DatabaseInDoubt, DatabaseUnusable
from bot.store.lane import Lane
from bot.store.link import Deleted
from bot.store.links import LinkStore
from bot.store.record import RecordStore
from bot.store.vault import Vault
from tests.store.conftest import url_in

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a database in a file: what is said here is of SQLite."""
    return url_in(tmp_path)


@contextmanager
def another(url: str, *statements: str) -> Iterator[sqlite3.Connection]:
    """Yield another program's connection, on which these statements were run."""
    with closing(sqlite3.connect(str(file_of(url)), isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement).fetchall()
        yield other


def writing(url: str) -> AbstractContextManager[sqlite3.Connection]:
    """Return another program that is in the middle of writing."""
    return another(url, "BEGIN IMMEDIATE")


def on_disk(url: str) -> bytes:
    """Return every byte of the database and what lies beside it, read by a process of its own.

    To close a file of the database in this process would end the locks that SQLite holds on it here.
    """
    path = Path(str(file_of(url)))
    files = sorted(path.parent.glob(f"{path.name}*"))
    return subprocess.run(["cat", *files], check=True, capture_output=True).stdout  # noqa: S603, S607


async def put(database: Database, name: str) -> None:
    """Write one row."""
    await database.write(lambda connection: connection.execute("INSERT INTO settings VALUES (?, '0')", (name,)))


async def names(database: Database) -> list[str]:
    """Return what was put."""
    rows = await database.read(lambda connection: connection.execute("SELECT name FROM settings").fetchall())
    return sorted(row["name"] for row in rows)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be waited for longer than a moment."""
    monkeypatch.setattr("bot.store.lane.PATIENCE", 0.4)
    monkeypatch.setattr("bot.store.lane.BRIEF", 0.05)
    monkeypatch.setattr("bot.store.lane.SILENCE", 0.2)


@pytest.mark.parametrize(
    ("pragma", "value"), [("synchronous", 2), ("secure_delete", 1), ("journal_mode", "wal"), ("foreign_keys", 1)]
)
async def test_what_is_confirmed_is_on_the_disk_and_what_is_deleted_is_overwritten(
    database: Database, pragma: str, value: object
) -> None:
    """Read from the bot's own connection, for these hold for a connection, not for the file."""
    assert await database.write(lambda connection: connection.execute(f"PRAGMA {pragma}").fetchone()[0]) == value


async def test_of_two_writers_the_second_begins_when_the_first_has_ended(database: Database, url: str) -> None:
    """A transaction that took its lock only with its first change would fail here: what it has read is outdated."""
    other = await open_database(url)
    await put(database, "count")
    in_the_middle, second_asked = threading.Event(), threading.Event()

    def counted(connection: Connection, *, slow: bool) -> None:
        value = int(connection.execute("SELECT value FROM settings").fetchone()["value"])
        if slow:
            in_the_middle.set()
            second_asked.wait(10)
            time.sleep(0.1)  # so that the second is at the lock, or through it
        connection.execute("UPDATE settings SET value = ?", (str(value + 1),))

    first = asyncio.create_task(database.write(lambda connection: counted(connection, slow=True)))
    await asyncio.to_thread(in_the_middle.wait, 10)
    second = asyncio.create_task(other.write(lambda connection: counted(connection, slow=False)))
    await asyncio.sleep(0)
    second_asked.set()
    await asyncio.gather(first, second)
    [row] = await other.read(lambda connection: connection.execute("SELECT value FROM settings").fetchall())
    await other.close()

    assert row["value"] == "2"


async def test_reading_does_not_wait_for_writing_that_waits(database: Database, url: str) -> None:
    await put(database, "before")

    with writing(url) as other:
        waiting = asyncio.create_task(put(database, "after"))
        await asyncio.sleep(0.05)
        read = await names(database)
        waits = not waiting.done()
        other.execute("ROLLBACK")
        await waiting

    assert (read, waits) == (["before"], True)
    assert await names(database) == ["after", "before"]


@pytest.mark.usefixtures("impatient")
async def test_who_comes_after_others_have_waited_in_vain_is_refused_at_once(database: Database, url: str) -> None:
    took = []

    with writing(url):
        for name in ("first", "second", "third"):
            began = time.monotonic()
            with pytest.raises(DatabaseBusy):
                await put(database, name)
            took.append(time.monotonic() - began)
    await put(database, "fourth")

    assert took[0] >= 0.3
    assert took[1] + took[2] < took[0]
    assert await names(database) == ["fourth"]


@pytest.mark.usefixtures("impatient")
async def test_a_lock_long_ago_makes_nobody_impatient(database: Database, url: str) -> None:
    with writing(url), pytest.raises(DatabaseBusy):
        await put(database, "first")
    await asyncio.sleep(0.6)

    with writing(url) as other:
        waiting = asyncio.create_task(put(database, "second"))
        await asyncio.sleep(0.2)
        other.execute("ROLLBACK")
        await waiting

    assert await names(database) == ["second"]


@pytest.mark.usefixtures("impatient")
async def test_everybody_who_waits_at_once_is_answered_as_soon_as_the_first(database: Database, url: str) -> None:
    began = time.monotonic()

    with writing(url):
        answers = await asyncio.gather(*(put(database, str(number)) for number in range(8)), return_exceptions=True)
    took = time.monotonic() - began

    assert {type(answer) for answer in answers} == {DatabaseBusy}
    assert took < 0.4 + 0.2 + 1  # one after the other it would be eight times the patience
    assert await names(database) == []


async def test_what_nobody_waits_for_is_written_when_the_lock_is_gone_and_holds_nobody_up(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database.LATER", (0.01,) * 500)

    with writing(url) as other:
        database.write_later("INSERT INTO settings VALUES ('use', '1')")
        waiting = asyncio.create_task(put(database, "change"))
        await asyncio.sleep(0.1)
        other.execute("ROLLBACK")
        await waiting
    while "use" not in await names(database):  # noqa: ASYNC110 - until the next try, else the test's own time is up
        await asyncio.sleep(0.01)

    assert await names(database) == ["change", "use"]


async def test_what_nobody_waits_for_is_tried_once_more_before_the_database_is_closed(url: str) -> None:
    database = await open_database(url)
    with writing(url) as other:
        database.write_later("INSERT INTO settings VALUES ('use', '1')")
        await asyncio.sleep(0.1)
        other.execute("ROLLBACK")

        await database.close()
        left = [name for (name,) in other.execute("SELECT name FROM settings")]

    assert left == ["use"]


async def test_a_full_disk_changes_nothing_and_ends_with_itself(database: Database) -> None:
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchall())
    with pytest.raises(DatabaseUnusable, match="full"):
        await put(database, "x" * 20_000)
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 100000").fetchall())

    await put(database, "y")

    assert await names(database) == ["y"]


@pytest.mark.usefixtures("impatient")
async def test_a_disk_that_hangs_is_given_up_and_what_was_under_way_is_taken_back(database: Database) -> None:
    go_on = threading.Event()

    def hanging(connection: Connection) -> None:
        connection.execute("INSERT INTO settings VALUES ('hung', '1')")
        go_on.wait(10)

    with pytest.raises(DatabaseBusy):
        await database.write(hanging)
    go_on.set()
    await put(database, "after")

    assert await names(database) == ["after"]


@asynccontextmanager
async def hanging_at_commits(database: Database) -> AsyncIterator[None]:
    """Let the disk hang for the length of the block, where it does first: when a transaction is to be kept."""
    go_on = threading.Event()

    def hang(statement: str) -> None:
        if statement.strip() == "COMMIT":
            go_on.wait(10)

    assert isinstance(database._writer, Lane)
    await database._writer.call(lambda connection: connection.set_trace_callback(hang))
    try:
        yield
    finally:
        go_on.set()
        await database._writer.call(lambda connection: connection.set_trace_callback(None))


@pytest.mark.usefixtures("impatient")
async def test_what_hangs_on_its_way_to_the_disk_is_not_said_to_be_undone(database: Database) -> None:
    async with hanging_at_commits(database):
        with pytest.raises(DatabaseInDoubt):
            await put(database, "arrived")
        with pytest.raises(DatabaseBusy):
            await put(database, "behind")

    assert await names(database) == ["arrived"]


@pytest.mark.usefixtures("impatient")
async def test_nobody_is_told_that_a_key_was_not_stored_which_then_is(database: Database) -> None:
    store = LinkStore(database, Vault([bytes(32)]), panel="https://panel.example.com")

    async with hanging_at_commits(database):
        with pytest.raises(OwnDatabaseSilent, match="I do not know whether the key was stored"):
            await store.save(1, PanelAccount(1, "ann"), KEY, at=NOON)

    assert await store.get(1) is not None


@pytest.mark.usefixtures("impatient")
async def test_nobody_is_told_that_nothing_was_deleted_which_then_is(database: Database) -> None:
    store = LinkStore(database, Vault([bytes(32)]), panel="https://panel.example.com")
    await store.save(1, PanelAccount(1, "ann"), KEY, at=NOON)

    async with hanging_at_commits(database):
        with pytest.raises(OwnDatabaseSilent, match="I do not know whether what I stored about you was deleted"):
            await store.delete(1)

    assert await store.get(1) is None


@pytest.mark.usefixtures("impatient")
async def test_what_became_of_a_change_is_on_record_once_though_the_disk_hung(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.record.AFTERWARDS", 0.1)
    database = await open_database(url)
    links, record = LinkStore(database, Vault([bytes(32)]), panel="https://panel.example.com"), RecordStore(database)
    await links.save(1, PanelAccount(1, "ann"), KEY, at=NOON)

    async with hanging_at_commits(database):
        await record.add(Entry(1, NOON, "5e000001", "Survival", "notes", 2, "203.0.113.7:25566", None, None))
    await database.close()  # what is to be written later is, before that

    again = await open_database(url)
    assert (await RecordStore(again).page(1, server=None, offset=0, limit=9))[1] == 1
    await again.close()


async def test_a_deletion_beside_another_reader_is_erased_once_that_lets_go_and_not_before_said_to_be(
    database: Database, url: str
) -> None:
    store = LinkStore(database, Vault([bytes(32)]), panel="https://panel.example.com")
    await store.save(1, PanelAccount(1, "ann-the-unmistakable"), KEY, at=NOON)

    with another(url, "BEGIN", "SELECT * FROM links") as reader:
        told = await store.delete(1)
        left = b"unmistakable" in on_disk(url)
        reader.execute("ROLLBACK")
        await store.get(2)  # any use of the database brings the next try forward
        for _ in range(100):
            if b"unmistakable" not in on_disk(url):
                break
            await asyncio.sleep(0.02)

        assert told == Deleted(had=True, erased=False)
        assert left
        assert b"unmistakable" not in on_disk(url)


def crash_after_deleting(url: str) -> None:
    """Delete a row in a process that ends before anything else."""
    steps = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA secure_delete = ON');"
        "c.execute(\"INSERT INTO settings VALUES ('unmistakable', '1')\");"
        "c.execute('DELETE FROM settings'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", steps, str(file_of(url))], check=True, timeout=60)  # noqa: S603


async def test_what_a_crash_left_in_the_log_is_erased_at_the_next_start(url: str) -> None:
    await (await open_database(url)).close()
    crash_after_deleting(url)
    left = b"unmistakable" in on_disk(url)

    database = await open_database(url)
    await put(database, "one")
    await put(database, "two")  # by then the first try was made
    found = b"unmistakable" in on_disk(url)
    await database.close()

    assert (left, found) == (True, False)
