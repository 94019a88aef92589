"""Plans survive, belong to one person each, and leave nothing when their owner unlinks or they are old."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.models import ApiKey, PanelAccount
from bot.domain.plan import Item, ItemState, Plan, PlanForgotten
from bot.errors import NotLinked
from bot.store.address import folder_of
from bot.store.database import Database, open_database
from bot.store.errors import DatabaseFailed
from bot.store.links import LinkStore
from bot.store.plans import KEPT_PER_PERSON, PlanStore
from bot.store.vault import Vault
from tests.store.conftest import in_a_file

KEY = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")
ANN, BOB = 2**63 - 1, 7
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def plan(user_id: int = ANN, *, at: datetime = NOON, name: str = "Survival") -> Plan:
    """Return a plan of three ports, each in another state."""
    asked = Item("query", ItemState.ASKED, frozenset({2, 1}), 1767268800.5, record=7)
    made = Item("voice chat", ItemState.MADE, frozenset(), 1.0, 8, 9, "[2001:db8::1]:25570", sure=False, noted=True)
    return Plan(user_id, "5e000001", name, at, (Item(None), asked, made))


def on_disk(url: str) -> bytes:
    """Return every byte of the folder of a database."""
    return b"".join(path.read_bytes() for path in Path(str(folder_of(url))).iterdir())


async def linked(database: Database, *people: int) -> LinkStore:
    """Return the links, with those people in them."""
    links = LinkStore(database, Vault([bytes(32)]), panel="https://panel.example.com")
    for person in people:
        await links.save(person, PanelAccount(1, "ann"), KEY, at=NOON)
    return links


async def test_a_plan_survives_closing_and_opening_the_database_in_every_detail(url: str) -> None:
    database = await open_database(url)
    await linked(database, ANN)
    number = await PlanStore(database).begin(plan())
    await database.close()

    again = await open_database(url)
    found = await PlanStore(again).one(ANN, number)
    await again.close()

    assert found == replace(plan(), number=number)


@pytest.mark.parametrize("how", ["save", "settle"])
async def test_how_far_a_plan_is_replaces_how_far_it_was(database: Database, how: str) -> None:
    await linked(database, ANN)
    store = PlanStore(database)
    begun = replace(plan(), number=await store.begin(plan()))
    later = replace(begun.with_item(0, state=ItemState.MADE, allocation=10), server_name="Renamed")

    await getattr(store, how)(later)

    assert await store.one(ANN, begun.number) == later


async def test_nobody_gets_or_changes_the_plan_of_another(database: Database) -> None:
    await linked(database, ANN, BOB)
    store = PlanStore(database)
    number = await store.begin(plan())

    with pytest.raises(PlanForgotten):
        await store.save(replace(plan(BOB), number=number, items=()))
    await store.settle(replace(plan(BOB), number=number, items=()))

    assert await store.one(BOB, number) is None
    assert await store.all(BOB) == []
    assert await store.all(ANN) == [replace(plan(), number=number)]


async def test_no_plan_is_kept_of_somebody_who_is_not_linked(database: Database) -> None:
    with pytest.raises(NotLinked):
        await PlanStore(database).begin(plan())

    assert await PlanStore(database).all(ANN) == []


@in_a_file
async def test_an_unlink_deletes_the_plans_from_the_disk_and_nothing_brings_one_back(
    database: Database, url: str
) -> None:
    links = await linked(database, ANN, BOB)
    store = PlanStore(database)
    mine = replace(plan(), number=await store.begin(plan(name="Hidden Harbour")))
    theirs = await store.begin(plan(BOB))

    await links.delete(ANN)
    await store.settle(mine)
    with pytest.raises(PlanForgotten):
        await store.save(mine)

    assert await store.all(ANN) == []
    assert await store.one(BOB, theirs) is not None
    assert b"Hidden Harbour" not in on_disk(url)


async def test_only_the_newest_plans_of_a_person_are_kept(database: Database) -> None:
    await linked(database, ANN, BOB)
    store = PlanStore(database)
    theirs = await store.begin(plan(BOB))

    numbers = [await store.begin(plan()) for _ in range(KEPT_PER_PERSON + 2)]

    assert [kept.number for kept in await store.all(ANN)] == numbers[:1:-1]
    assert await store.one(BOB, theirs) is not None


async def test_plans_older_than_the_retention_are_deleted(database: Database) -> None:
    await linked(database, ANN)
    store = PlanStore(database)
    await store.begin(plan(at=NOON - timedelta(days=91)))
    newer = await store.begin(plan())

    gone = await store.forget_before(NOON - timedelta(days=90))

    assert gone == 1
    assert [kept.number for kept in await store.all(ANN)] == [newer]


async def test_what_was_done_is_no_failure_of_it_where_it_cannot_be_written_down(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await database.write(lambda connection: connection.execute("DROP TABLE plans"))
    store = PlanStore(database)

    await store.settle(plan())

    assert "How far a plan is could not be written down" in caplog.text
    with pytest.raises(DatabaseFailed):
        await store.forget_before(NOON)
