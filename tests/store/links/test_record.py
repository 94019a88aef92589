"""The record of a person: theirs alone, while they are linked, and for so many days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.models import PanelAccount
from bot.domain.record import Outcome
from bot.errors import NotLinked
from bot.store.database import Database
from bot.store.links import LinkStore
from bot.store.record import RecordStore
from tests.store.links.people import ANN, BOB, KEY, NOON, entry


async def test_nothing_is_recorded_for_somebody_who_is_not_linked(database: Database) -> None:
    with pytest.raises(NotLinked):
        await RecordStore(database).begin(entry(ANN))


async def test_an_entry_is_read_by_its_owner_alone(store: LinkStore, database: Database) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    record = RecordStore(database)

    number = await record.begin(entry(ANN))

    mine, nobodys = await record.one(ANN, number), await record.one(BOB, number)
    assert mine is not None
    assert (mine.number, mine.outcome, mine.after) == (number, Outcome.UNKNOWN, {"notes": "voice chat"})
    assert nobodys is None
    assert await record.page(BOB, server=None, offset=0, limit=10) == ([], 0)


async def test_what_is_older_than_the_retention_is_deleted_and_nothing_else(
    store: LinkStore, database: Database
) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    record = RecordStore(database)
    for _ in range(3):
        await record.begin(entry(ANN))

    kept = await record.forget_before(NOON)
    gone = await record.forget_before(NOON + timedelta(seconds=1))

    assert (kept, gone) == (0, 3)
