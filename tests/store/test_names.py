"""The names that players type: kept per panel and server, read from memory, gone with the unlink of who gave them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.hostnames import JoinName
from bot.domain.models import ApiKey, GameServer, GivenName, PanelAccount, ServerState
from bot.errors import NotLinked
from bot.store.address import folder_of
from bot.store.database import Database, open_database
from bot.store.links import LinkStore
from bot.store.names import NameStore
from bot.store.vault import Vault
from tests.store.conftest import in_a_file

KEY = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")
ANN, BOB = 2**63 - 1, 7
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PANEL = "https://panel.example.com"
GIVEN = GivenName("5e000001", JoinName("play.example.org", 25577), ANN, NOON)


def on_disk(url: str) -> bytes:
    """Return every byte of the folder of a database."""
    return b"".join(path.read_bytes() for path in Path(str(folder_of(url))).iterdir())


async def linked(database: Database, *people: int) -> LinkStore:
    """Return the links, with those people in them."""
    links = LinkStore(database, Vault([bytes(32)]), panel=PANEL)
    for person in people:
        await links.save(person, PanelAccount(1, "ann"), KEY, at=NOON)
    return links


def server(identifier: str = "5e000001") -> GameServer:
    """Return a server as a panel tells it."""
    return GameServer(identifier, identifier, "Survival", "", ServerState.OK, 1, (), is_owner=True)


async def test_a_name_survives_closing_and_opening_the_database_in_every_detail(url: str) -> None:
    database = await open_database(url)
    await linked(database, ANN)
    await NameStore(database, panel=PANEL).put(GIVEN)
    await database.close()

    again = await open_database(url)
    names = NameStore(again, panel=PANEL)
    await names.load()
    await again.close()

    assert names.of("5e000001") == GIVEN
    assert names.completed(server()).given == GIVEN
    assert names.completed(server("5e000002")).given is None


async def test_reading_it_asks_the_database_nothing(url: str) -> None:
    database = await open_database(url)
    await linked(database, ANN)
    names = NameStore(database, panel=PANEL)
    await names.put(GIVEN)
    await database.close()

    assert names.completed(server()).given == GIVEN


async def test_another_name_takes_its_place_whoever_gave_it(database: Database) -> None:
    await linked(database, ANN, BOB)
    names = NameStore(database, panel=PANEL)
    await names.put(GIVEN)
    other = GivenName("5e000001", JoinName("mc.example.org"), BOB, NOON)

    await names.put(other)

    assert names.of("5e000001") == other
    assert (await names.given_by(ANN), await names.given_by(BOB)) == ([], [other])


async def test_of_many_at_once_memory_holds_what_the_database_holds(database: Database) -> None:
    await linked(database, ANN)
    names, fresh = NameStore(database, panel=PANEL), NameStore(database, panel=PANEL)
    many = [replace(GIVEN, name=JoinName(f"n{number}.example.org")) for number in range(20)]

    await asyncio.gather(*(names.put(one) for one in many), names.clear("5e000001"), *(names.put(one) for one in many))
    await fresh.load()

    assert names.of("5e000001") == fresh.of("5e000001") is not None


@pytest.mark.parametrize(("other", "same"), [("http://panel.example.com", True), ("https://panel.example.net", False)])
async def test_it_is_of_one_panel_however_that_is_reached(database: Database, other: str, same: bool) -> None:
    await linked(database, ANN)
    await NameStore(database, panel=PANEL).put(GIVEN)
    names = NameStore(database, panel=other)

    await names.load()

    assert (names.of("5e000001") == GIVEN) is same


async def test_who_has_unlinked_gives_no_name(database: Database) -> None:
    links = await linked(database, ANN)
    await links.delete(ANN)
    names = NameStore(database, panel=PANEL)

    with pytest.raises(NotLinked):
        await names.put(GIVEN)

    assert names.of("5e000001") is None
    assert await names.given_by(ANN) == []


async def test_an_unlink_deletes_what_this_person_gave_and_no_other(database: Database) -> None:
    links = await linked(database, ANN, BOB)
    names = NameStore(database, panel=PANEL)
    await names.put(GIVEN)
    bobs = GivenName("5e000002", JoinName("mc.example.org"), BOB, NOON)
    await names.put(bobs)

    await links.delete(ANN)
    servers = await names.left(ANN)

    assert servers == ("5e000001",)
    assert (names.of("5e000001"), names.of("5e000002")) == (None, bobs)
    assert await names.given_by(ANN) == []
    assert await names.given_by(BOB) == [bobs]


async def test_what_another_process_changed_is_seen_once_it_is_read_again(database: Database) -> None:
    await linked(database, ANN)
    here, there = NameStore(database, panel=PANEL), NameStore(database, panel=PANEL)
    await there.put(GIVEN)
    before = here.of("5e000001")

    await here.read_again("5e000001")
    seen = here.of("5e000001")
    await there.clear("5e000001")
    await here.read_again("5e000001")

    assert (before, seen, here.of("5e000001")) == (None, GIVEN, None)


async def test_what_another_process_changed_is_waited_for_by_who_reads_the_server(database: Database) -> None:
    await linked(database, ANN)
    here, there = NameStore(database, panel=PANEL), NameStore(database, panel=PANEL)
    await there.put(GIVEN)

    here.doubt("5e000001")
    before = here.of("5e000001")
    await here.settled()

    assert (before, here.of("5e000001")) == (None, GIVEN)


async def test_a_name_that_cannot_be_read_anew_is_not_waited_for_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.names.SETTLES_WITHIN", 0.01)
    names = NameStore(database, panel=PANEL)
    async with names._changing:
        names.doubt("5e000001")
        async with asyncio.timeout(5):
            await names.settled()

    await names.settled()


@in_a_file
async def test_a_cleared_name_is_in_no_file_any_more(url: str) -> None:
    database = await open_database(url)
    await linked(database, ANN)
    names = NameStore(database, panel=PANEL)
    await names.put(GIVEN)

    await names.clear("5e000001")
    await database.close()

    assert names.of("5e000001") is None
    assert b"play.example.org" not in on_disk(url)
