"""When a link was used is known at once, written later, and hinders nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.models import PanelAccount
from bot.store.database import Database, open_database
from bot.store.errors import DatabaseFailed
from bot.store.links import LinkStore
from bot.store.record import RecordStore
from bot.store.vault import Vault
from tests.store.conftest import fill_the_disk
from tests.store.links.people import ANN, BOB, KEY, MASTER, NOON, PANEL, entry, everything_written


async def test_noting_a_use_concerns_one_person_and_keeps_the_server_if_none_is_named(
    store: LinkStore, database: Database
) -> None:
    for person in (ANN, BOB):
        await store.save(person, PanelAccount(1, "x"), KEY, at=NOON)
    store.used(ANN, at=NOON, server="5e000001", linked_at=NOON)

    store.used(ANN, at=NOON + timedelta(hours=1), server=None, linked_at=NOON)
    await everything_written(database)

    ann, bob = await store.get(ANN), await store.get(BOB)
    assert ann is not None
    assert bob is not None
    assert (ann.last_used_at, ann.last_server) == (NOON + timedelta(hours=1), "5e000001")
    assert (bob.last_used_at, bob.last_server) == (None, None)


async def test_a_use_is_known_at_once_and_written_before_the_database_is_closed(url: str) -> None:
    database = await open_database(url)
    store = LinkStore(database, Vault([MASTER]), panel=PANEL)
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.open(ANN)
    store.used(ANN, at=NOON, server="5e000001", linked_at=NOON)
    known = await store.open(ANN)
    await database.close()

    database = await open_database(url)
    written = await LinkStore(database, Vault([MASTER]), panel=PANEL).get(ANN)
    await database.close()

    assert known is not None
    assert written == known[0]
    assert (written.last_used_at, written.last_server) == (NOON, "5e000001")


async def test_a_use_that_cannot_be_written_is_logged_and_hinders_nothing(
    store: LinkStore, database: Database, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await fill_the_disk(database, url, before="UPDATE ON links")

    store.used(ANN, at=NOON, server="5e000001", linked_at=NOON)
    await everything_written(database)
    found = await store.open(ANN)

    assert found is not None
    [told] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert told.startswith("The database did not take what nobody waits for: disk full")


async def test_a_store_whose_database_is_closed_fails_as_a_broken_one_does(url: str) -> None:
    database = await open_database(url)
    store = LinkStore(database, Vault([MASTER]), panel=PANEL)
    await database.close()

    store.used(ANN, at=NOON, server=None, linked_at=NOON)
    await RecordStore(database).settle(1, entry(ANN))

    with pytest.raises(DatabaseFailed, match="the database is closed"):
        await store.open(ANN)
