"""Links survive, belong to one person each, and open for the panel and with the key that they were sealed with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.models import PanelAccount
from bot.errors import LinkUnreadable
from bot.store.database import Database, open_database
from bot.store.links import LinkStore
from bot.store.vault import Vault
from tests.store.links.people import ANN, BOB, KEY, MASTER, NOON, OTHER, PANEL


async def test_a_link_survives_closing_and_opening_the_database(url: str) -> None:
    database = await open_database(url)
    await LinkStore(database, Vault([MASTER]), panel=PANEL).save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await database.close()

    database = await open_database(url)
    found = await LinkStore(database, Vault([MASTER]), panel=PANEL).open(ANN)
    await database.close()

    assert found is not None
    link, key = found
    assert (key, link.user_id, link.account) == (KEY, ANN, PanelAccount(1, "ann"))
    assert (link.masked_key, link.linked_at, link.last_used_at) == ("ptlc_…et12", NOON, None)


async def test_linking_again_replaces_the_key_and_forgets_its_use(store: LinkStore) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    store.used(ANN, at=NOON, server="5e000001", linked_at=NOON)
    await store.save(ANN, PanelAccount(2, "anna"), OTHER, at=NOON + timedelta(days=1))

    found = await store.open(ANN)

    assert found is not None
    assert found[1] == OTHER
    assert (found[0].account.id, found[0].last_used_at, found[0].last_server) == (2, None, None)


async def test_one_persons_link_is_nobody_elses(store: LinkStore) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)

    assert await store.get(BOB) is None
    assert await store.open(BOB) is None
    assert not (await store.delete(BOB)).had
    assert await store.get(ANN) is not None


async def test_a_row_copied_to_another_person_does_not_open(store: LinkStore, database: Database) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await database.write(lambda connection: connection.execute("UPDATE links SET user_id = ?", (BOB,)))

    with pytest.raises(LinkUnreadable):
        await store.open(BOB)


async def test_a_link_of_another_panel_does_not_open(store: LinkStore, database: Database) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)

    with pytest.raises(LinkUnreadable, match="another panel"):
        await LinkStore(database, Vault([MASTER]), panel="https://elsewhere.example.com").open(ANN)


async def test_a_link_whose_key_is_lost_asks_to_link_again_and_can_be_replaced(
    store: LinkStore, database: Database
) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    changed = LinkStore(database, Vault([bytes(32)]), panel=PANEL)

    with pytest.raises(LinkUnreadable, match="can no longer be decrypted"):
        await changed.open(ANN)
    await changed.save(ANN, PanelAccount(1, "ann"), OTHER, at=NOON)

    found = await changed.open(ANN)
    assert found is not None
    assert found[1] == OTHER
