"""A full disk, one that hangs, and what is left on it: nothing half done, and all of it told."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

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
from tests.store.in_a_file.beside import another, names, on_disk, put

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")


@pytest.mark.parametrize(
    ("pragma", "value"), [("synchronous", 2), ("secure_delete", 1), ("journal_mode", "wal"), ("foreign_keys", 1)]
)
async def test_what_is_confirmed_is_on_the_disk_and_what_is_deleted_is_overwritten(
    database: Database, pragma: str, value: object
) -> None:
    """Read from the bot's own connection, for these hold for a connection, not for the file."""
    assert await database.write(lambda connection: connection.execute(f"PRAGMA {pragma}").fetchone()[0]) == value


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
