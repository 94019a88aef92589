"""A link shows no key on disk, and leaves nothing when it is deleted."""

from __future__ import annotations

import base64

from bot.domain.models import PanelAccount
from bot.store.database import Database
from bot.store.link import Deleted
from bot.store.links import LinkStore
from bot.store.record import RecordStore
from tests.store.conftest import in_a_file
from tests.store.links.people import ANN, BOB, KEY, MASTER, NOON, OTHER, entry, on_disk


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
