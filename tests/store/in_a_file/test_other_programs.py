"""Other programs at the database: nothing half done, nobody held up longer than must be, all of it told."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.store.connection import Connection
from bot.store.database import Database, open_database
from bot.store.errors import DatabaseBusy
from tests.store.in_a_file.beside import names, put, writing


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
