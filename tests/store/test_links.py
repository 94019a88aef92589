"""Links survive, belong to one person each, show no key on disk, and leave nothing when they are deleted."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.models import ApiKey, PanelAccount
from bot.domain.record import Entry, Outcome
from bot.errors import LinkUnreadable, NotLinked
from bot.store.address import file_of, folder_of
from bot.store.connection import Connection
from bot.store.database import Database, open_database
from bot.store.errors import DatabaseFailed
from bot.store.link import Deleted
from bot.store.links import LinkStore
from bot.store.memory import Memory
from bot.store.record import RecordStore
from bot.store.rotation import reseal
from bot.store.vault import Vault
from tests.store.conftest import fill_the_disk, in_a_file

PANEL = "https://panel.example.com"
KEY = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")
OTHER = ApiKey("ptlc_LMNOPQRSTUVhiddenhiddenhiddenhiddenhidden34")
ANN, BOB = 2**63 - 1, 7
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MASTER = bytes(range(32))


@pytest.fixture
def store(database: Database) -> LinkStore:
    """Return the links of a new database."""
    return LinkStore(database, Vault([MASTER]), panel=PANEL)


def on_disk(url: str) -> bytes:
    """Return every byte of the folder of a database."""
    return b"".join(path.read_bytes() for path in Path(str(folder_of(url))).iterdir())


async def everything_written(database: Database) -> None:
    """Wait for what was to be written so far."""
    await database.write(lambda _: None)
    while database._later:
        await asyncio.wait(database._later)


def entry(user_id: int, *, server_name: str = "Survival") -> Entry:
    """Return a change on record."""
    notes = {"notes": "voice chat"}
    return Entry(user_id, NOON, "5e000001", server_name, "notes", 2, "203.0.113.7:25566", None, dict(notes))


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


@in_a_file
async def test_the_key_is_nowhere_in_the_files(store: LinkStore, url: str) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    store.used(ANN, at=NOON, server="5e000001", linked_at=NOON)

    content, whole = on_disk(url), KEY.reveal()
    spellings = [whole, whole[5:], whole[-12:], whole.encode().hex(), base64.b64encode(whole.encode()).decode()]

    assert b"ann" in content  # the write-ahead log was looked at
    assert not [spelling for spelling in spellings if spelling.encode() in content]
    assert MASTER not in content


@in_a_file
async def test_deleting_leaves_no_row_and_no_byte(store: LinkStore, database: Database, url: str) -> None:
    record = RecordStore(database)
    await store.save(ANN, PanelAccount(1, "ann-the-unmistakable"), KEY, at=NOON)
    await record.begin(entry(ANN, server_name="Unmistakable Server"))
    await store.save(BOB, PanelAccount(2, "bob"), OTHER, at=NOON)
    await record.begin(entry(BOB))

    gone = await store.delete(ANN)

    assert gone == Deleted(had=True, erased=True)
    everybody = "SELECT user_id FROM links UNION ALL SELECT user_id FROM changes"
    left = await database.read(lambda connection: connection.execute(everybody).fetchall())
    assert [row["user_id"] for row in left] == [BOB, BOB]
    assert b"nmistakable" not in on_disk(url)


async def test_deleting_twice_says_that_there_was_nothing(store: LinkStore) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)

    assert [(await store.delete(ANN)).had, (await store.delete(ANN)).had] == [True, False]


# ---------------------------------------------------------------------------------------------- kept for a minute


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


# ------------------------------------------------------------------------------------------ the record of changes


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


async def test_named_values_are_remembered_and_replaced(database: Database) -> None:
    memory = Memory(database)
    await memory.remember("commands", {"fingerprint": "a", "ids": {"link": 1}})

    await memory.remember("commands", {"fingerprint": "b"})

    assert await memory.recall("commands") == {"fingerprint": "b"}
    assert await memory.recall("something else") is None


def test_the_address_of_the_database_names_its_file() -> None:
    assert file_of("sqlite:////srv/berth.db") == Path("/srv/berth.db")
    assert file_of("sqlite:///:memory:") is None
    assert file_of("sqlite:///data/berth.db") == Path("data/berth.db").absolute()


def test_the_address_that_earlier_versions_asked_for_names_the_same_file() -> None:
    assert file_of("sqlite+aiosqlite:////srv/berth.db") == Path("/srv/berth.db")
    assert file_of("sqlite+aiosqlite:///data/berth.db") == Path("data/berth.db").absolute()


async def test_whether_an_account_is_an_administrators_is_kept_and_can_be_learned_later(store: LinkStore) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.save(BOB, PanelAccount(2, "bob", is_admin=True), OTHER, at=NOON)
    before = await store.get(ANN)
    await store.open(ANN)  # so that the row is in memory too

    store.learned(ANN, is_admin=False, linked_at=NOON)

    opened, read, bob = await store.open(ANN), await store.get(ANN), await store.get(BOB)
    assert before is not None
    assert opened is not None
    assert read is not None
    assert bob is not None
    assert [link.account.is_admin for link in (before, opened[0], read, bob)] == [None, False, False, True]


async def test_what_is_learned_of_a_replaced_link_is_not_noted_on_the_new_one(store: LinkStore) -> None:
    await store.save(ANN, PanelAccount(1, "ann"), KEY, at=NOON)
    await store.save(ANN, PanelAccount(2, "anna"), OTHER, at=NOON + timedelta(days=1))
    await store.open(ANN)

    store.learned(ANN, is_admin=True, linked_at=NOON)

    opened, read = await store.open(ANN), await store.get(ANN)
    assert opened is not None
    assert read is not None
    assert [opened[0].account.is_admin, read.account.is_admin] == [None, None]
