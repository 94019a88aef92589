"""The record, and what the bot remembers of itself, on a file and on a server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.models import ApiKey, PanelAccount
from bot.domain.record import Entry, Outcome
from bot.errors import NotLinked, OwnDatabaseFailed
from bot.store import record
from bot.store.database import Database
from bot.store.links import LinkStore
from bot.store.memory import Memory
from bot.store.record import RecordStore
from bot.store.vault import Vault
from tests.store.conftest import fill_the_disk

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN, BOB = 2**63 - 1, 7
on_a_server = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@pytest.fixture
async def store(database: Database) -> RecordStore:
    """Return the record of two people who are linked."""
    links = LinkStore(database, Vault([bytes(32)]), panel="https://panel.example.com")
    for user in (ANN, BOB):
        key = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")
        await links.save(user, PanelAccount(1, "ann", False), key, at=NOON)
    return RecordStore(database)


def entry(user: int = ANN, *, at: datetime = NOON, server: str = "5e000001", **more: Any) -> Entry:
    """Return a change of notes that is about to be sent."""
    made = {"before": {"notes": None}, "after": {"notes": "Läuft: 🎮 'x'"}, **more}
    return Entry(user, at, server, "Survival", "notes", 7, "203.0.113.7:25566", **made)


async def test_a_change_is_unknown_until_it_is_settled_and_is_given_back_as_it_was(store: RecordStore) -> None:
    number = await store.begin(entry())
    before = await store.one(ANN, number)
    await store.settle(number, entry(outcome=Outcome.DONE))
    after = await store.one(ANN, number)

    assert before == entry(number=number)
    assert after == entry(number=number, outcome=Outcome.DONE)
    assert await store.one(BOB, number) is None


async def test_a_page_holds_the_newest_of_one_person_and_tells_how_many_there_are(store: RecordStore) -> None:
    numbers = [await store.begin(entry(server=f"5e00000{1 + index % 2}")) for index in range(7)]
    await store.begin(entry(BOB))

    page, total = await store.page(ANN, server=None, offset=2, limit=3)
    of_one, fewer = await store.page(ANN, server="5e000001", offset=0, limit=10)

    assert [found.number for found in page] == numbers[::-1][2:5]
    assert total == 7
    assert [found.number for found in of_one] == numbers[::-2]
    assert fewer == 4


async def test_nothing_is_written_of_who_is_not_linked_and_what_is_withdrawn_is_gone(store: RecordStore) -> None:
    with pytest.raises(NotLinked):
        await store.begin(entry(99))
    assert await store.add(entry(99)) is None
    number = await store.begin(entry())
    await store.withdraw(BOB, number)
    kept = await store.one(ANN, number)
    await store.withdraw(ANN, number)

    assert kept is not None
    assert await store.one(ANN, number) is None


async def test_what_is_old_is_forgotten_and_so_is_what_is_too_much(
    store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "KEPT_PER_PERSON", 2)
    await store.begin(entry(at=NOON - timedelta(days=91)))
    numbers = [await store.begin(entry()) for _ in range(4)]
    of_bob = await store.begin(entry(BOB))

    gone = await store.forget_before(NOON - timedelta(days=90))

    assert gone == 3
    assert [found.number for found in (await store.page(ANN, server=None, offset=0, limit=9))[0]] == numbers[:1:-1]
    assert (await store.page(BOB, server=None, offset=0, limit=9))[0][0].number == of_bob


async def test_a_full_disk_keeps_a_change_from_being_begun(store: RecordStore, database: Database, url: str) -> None:
    await fill_the_disk(database, url, before="INSERT ON changes")

    with pytest.raises(OwnDatabaseFailed, match=r"nothing was sent to \{panel\}"):
        await store.begin(entry())

    assert await store.page(ANN, server=None, offset=0, limit=9) == ([], 0)


@on_a_server
async def test_what_became_of_a_change_is_written_once_there_is_room_again(
    store: RecordStore, database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database.LATER", (0.05,) * 100)
    number = await store.begin(entry())
    await fill_the_disk(database, url, before="UPDATE ON changes")

    await store.settle(number, entry(outcome=Outcome.DONE))
    meanwhile = await store.one(ANN, number)
    await database.write(lambda connection: connection.execute("DROP TRIGGER full_disk ON changes"))
    await asyncio.wait(vars(database)["_later"], timeout=10)
    found = await store.one(ANN, number)

    assert meanwhile == entry(number=number)
    assert found == entry(number=number, outcome=Outcome.DONE)


async def test_what_is_remembered_takes_the_place_of_what_was(database: Database) -> None:
    memory = Memory(database)
    nothing = await memory.recall("commands")
    for value in (["a", 1], {"ä": None}):
        await memory.remember("commands", value)

    assert nothing is None
    assert await memory.recall("commands") == {"ä": None}
    assert await memory.recall("other") is None
