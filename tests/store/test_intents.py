"""Intents to make a key: written for who is linked, sealed, fulfilled with the swap, and gone with everything else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.models import ApiKey, PanelAccount
from bot.domain.ownkeys import OwnKey, PastedKey
from bot.errors import NotLinked, OwnDatabaseFailed
from bot.store.database import Database
from bot.store.intents import IntentStore
from bot.store.links import LinkStore
from bot.store.rotation import reseal
from bot.store.vault import Vault
from tests.store.conftest import fill_the_disk, in_a_file
from tests.store.links.people import on_disk

PANEL = "https://panel.example.com"
PASTED = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")
OWN = ApiKey("ptlc_LMNOPQRSTUVhiddenhiddenhiddenhiddenhidden34")
LATER = ApiKey("ptlc_WXYZABCDEFGlaterlaterlaterlaterlaterlater56")
ANN, BOB = 2**63 - 1, 7
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OLD, NEW = bytes(range(32)), bytes(range(1, 33))
NAMED = OwnKey("Berth, for ann on Discord (0123abcd)", ("203.0.113.7", "2001:db8::7"))
BEFORE = PastedKey("ptlc_…et12", "0" * 32)


@pytest.fixture
async def links(database: Database) -> LinkStore:
    """Return the links of a new database, in which ann's is."""
    store = LinkStore(database, Vault([OLD]), panel=PANEL)
    await store.save(ANN, PanelAccount(1, "ann"), PASTED, at=NOON)
    return store


@pytest.fixture
async def intents(database: Database, links: LinkStore) -> IntentStore:
    """Return the intents of that database, of which ann has one."""
    store = IntentStore(database, Vault([OLD]), panel=PANEL)
    await store.begin(ANN, NAMED.description, PASTED, at=NOON)
    return store


async def test_an_intent_holds_what_is_needed_to_find_the_key_again(intents: IntentStore) -> None:
    (intent,) = await intents.of(ANN)

    assert (intent.user_id, intent.description, intent.begun_at) == (ANN, NAMED.description, NOON)
    assert intent.key == PASTED
    assert await intents.whose() == (ANN,)
    assert await intents.of(BOB) == ()


async def test_nothing_is_written_down_for_who_is_not_linked(intents: IntentStore) -> None:
    with pytest.raises(NotLinked):
        await intents.begin(BOB, "another", PASTED, at=NOON)

    assert await intents.of(BOB) == ()


async def test_a_swap_and_the_end_of_its_intent_are_one(intents: IntentStore, links: LinkStore) -> None:
    assert await links.swap(ANN, OWN, NAMED, BEFORE)

    opened = await links.open(ANN)
    assert opened is not None
    assert (opened[1], opened[0].own, opened[0].pasted) == (OWN, NAMED, BEFORE)
    assert (opened[0].masked_key, opened[0].linked_at) == (OWN.masked, NOON)
    assert await intents.of(ANN) == ()


async def test_a_swap_that_cannot_be_written_leaves_the_intent_and_the_pasted_key(
    database: Database, url: str, intents: IntentStore, links: LinkStore
) -> None:
    await fill_the_disk(database, url, before="DELETE ON intents")

    with pytest.raises(OwnDatabaseFailed):
        await links.swap(ANN, OWN, NAMED, BEFORE)

    opened = await links.open(ANN)
    assert opened is not None
    assert (opened[1], opened[0].own) == (PASTED, None)
    assert len(await intents.of(ANN)) == 1


async def test_who_has_no_link_gets_none_by_a_swap(links: LinkStore) -> None:
    assert not await links.swap(BOB, OWN, NAMED, BEFORE)

    assert await links.get(BOB) is None


@in_a_file
async def test_no_copy_of_the_pasted_key_is_on_the_disk_after_the_swap(
    url: str, database: Database, intents: IntentStore, links: LinkStore
) -> None:
    opened = await database.read(lambda connection: connection.execute("SELECT sealed_key FROM links").fetchone())
    sealed: bytes = opened["sealed_key"]
    was_there = sealed in on_disk(url)

    await links.swap(ANN, OWN, NAMED, BEFORE)
    await database.erase()

    assert was_there
    assert sealed not in on_disk(url)


async def test_settling_what_becomes_of_the_pasted_key_forgets_it(links: LinkStore) -> None:
    await links.swap(ANN, OWN, NAMED, BEFORE)
    await links.settle_pasted(ANN, "f" * 32)
    other = await links.get(ANN)
    await links.settle_pasted(ANN, BEFORE.mark)
    same = await links.get(ANN)

    assert other is not None
    assert same is not None
    assert (other.pasted, same.pasted, same.own) == (BEFORE, None, NAMED)


async def test_a_link_in_place_of_an_own_key_leaves_the_intent_to_part_with_that(
    intents: IntentStore, links: LinkStore
) -> None:
    await links.swap(ANN, OWN, NAMED, BEFORE)

    link, replaced = await links.save(ANN, PanelAccount(2, "anna"), LATER, at=NOON)

    (intent,) = await intents.of(ANN)
    assert replaced
    assert (link.own, link.pasted) == (None, None)
    assert (intent.description, intent.key) == (NAMED.description, OWN)


async def test_a_link_in_place_of_a_pasted_key_leaves_none(intents: IntentStore, links: LinkStore) -> None:
    await intents.clear(ANN, NAMED.description)

    await links.save(ANN, PanelAccount(1, "ann"), LATER, at=NOON)

    assert await intents.of(ANN) == ()


async def test_unlinking_deletes_the_intents_too(intents: IntentStore, links: LinkStore) -> None:
    await links.delete(ANN)

    assert await intents.of(ANN) == ()
    assert await intents.whose() == ()


async def test_a_rotation_seals_the_keys_of_intents_too(
    database: Database, intents: IntentStore, links: LinkStore
) -> None:
    done = await reseal(database, Vault([NEW, OLD]))

    (intent,) = await IntentStore(database, Vault([NEW]), panel=PANEL).of(ANN)
    assert (done.resealed, done.unreadable) == (1, 0)
    assert intent.key == PASTED


async def test_a_key_for_another_panel_or_under_a_lost_encryption_key_is_not_opened(
    database: Database, intents: IntentStore
) -> None:
    (elsewhere,) = await IntentStore(database, Vault([OLD]), panel="https://other.example.com").of(ANN)
    (lost,) = await IntentStore(database, Vault([NEW]), panel=PANEL).of(ANN)

    assert (elsewhere.key, lost.key) == (None, None)
    assert lost.description == NAMED.description


@in_a_file
async def test_no_key_is_readable_on_the_disk(url: str, intents: IntentStore) -> None:
    content = on_disk(url)

    assert NAMED.description.encode() in content
    assert PASTED.reveal()[5:13].encode() not in content
