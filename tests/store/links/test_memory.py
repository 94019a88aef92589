"""A link that was lately opened is not read again for a while, and what changes it is seen at once all the same."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

from bot.domain.models import PanelAccount
from bot.store.connection import Connection
from bot.store.database import Database, open_database
from bot.store.links import LinkStore
from bot.store.rotation import reseal
from bot.store.vault import Vault
from tests.store.conftest import in_a_file
from tests.store.links.people import ANN, BOB, KEY, MASTER, NOON, OTHER, PANEL, everything_written


async def test_a_link_lately_opened_is_not_read_again_for_a_minute(url: str, database: Database) -> None:
    clock = [0.0]
    store = LinkStore(database, Vault([MASTER]), panel=PANEL, now=lambda: clock[0])
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.open(ANN)
    other = await open_database(url)
    await LinkStore(other, Vault([MASTER]), panel=PANEL).save(ANN, PanelAccount(1, "ann"), OTHER, at=NOON)
    await other.close()

    clock[0] = 59.0
    before = await store.open(ANN)
    clock[0] = 61.0
    after = await store.open(ANN)

    assert before is not None
    assert after is not None
    assert (before[1], after[1]) == (KEY, OTHER)


async def test_what_this_store_changes_is_seen_at_once(store: LinkStore) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.open(ANN)
    await store.save(ANN, PanelAccount(1, "ann"), OTHER, at=NOON)
    replaced = await store.open(ANN)
    await store.delete(ANN)

    assert replaced is not None
    assert replaced[1] == OTHER
    assert await store.open(ANN) is None


async def test_a_use_does_not_make_a_row_younger(url: str, database: Database) -> None:
    clock = [0.0]
    store = LinkStore(database, Vault([MASTER]), panel=PANEL, now=lambda: clock[0])
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.open(ANN)
    other = await open_database(url)
    await LinkStore(other, Vault([MASTER]), panel=PANEL).delete(ANN)
    await other.close()

    clock[0] = 30.0
    store.used(ANN, at=NOON, server="5e000001", linked_at=NOON)
    clock[0] = 61.0

    assert await store.open(ANN) is None


@in_a_file
async def test_a_link_read_while_it_is_deleted_is_not_kept_though_nobody_waits_for_the_deletion(
    store: LinkStore, database: Database
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def held() -> bool:
        begun.set()
        return go_on.wait(10)

    def hold(connection: Connection) -> None:
        assert isinstance(connection, sqlite3.Connection)
        connection.create_function("hold", 0, held)
        connection.execute("CREATE TEMP TRIGGER held BEFORE DELETE ON links BEGIN SELECT hold(); END")

    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await database.write(hold)

    deleting = asyncio.create_task(store.delete(ANN))
    await asyncio.to_thread(begun.wait, 10)
    read_meanwhile = await store.open(ANN)
    deleting.cancel()
    await asyncio.wait([deleting])
    go_on.set()
    await everything_written(database)

    assert deleting.cancelled()
    assert read_meanwhile is not None
    assert await store.open(ANN) is None


async def test_a_link_sealed_again_by_a_rotation_opens_though_the_old_key_is_gone(database: Database) -> None:
    vault = Vault([MASTER], reload=lambda: keys)
    store = LinkStore(database, vault, panel=PANEL)
    keys = [MASTER]
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.open(ANN)
    keys = [bytes(32)]
    await reseal(database, Vault([bytes(32), MASTER]))
    await store.save(BOB, PanelAccount(2, "bob"), OTHER, at=NOON)  # so that the vault has followed

    found = await store.open(ANN)

    assert found is not None
    assert found[1] == KEY
