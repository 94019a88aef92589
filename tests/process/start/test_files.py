"""A database, folder or key that cannot be used: named in one line, and left alone."""

from __future__ import annotations

import base64
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.process.harbour import Harbour
from tests.process.start.refused import WRITABLE, files, refusal


async def test_a_data_folder_that_is_a_file_is_named_and_left_alone(harbour: Harbour) -> None:
    (harbour.folder / "data").write_text("not a folder")

    said = await refusal(harbour.bot(DATABASE_URL=f"sqlite:///{harbour.folder / 'data' / 'berth.db'}"))

    assert str(harbour.folder / "data" / "berth.db") in said
    assert files(harbour.folder) == {"data": b"not a folder"}


async def test_a_folder_in_place_of_the_database_is_named_and_left_alone(harbour: Harbour) -> None:
    (harbour.folder / "berth.db").mkdir()

    said = await refusal(harbour.bot())

    assert str(harbour.folder / "berth.db") in said
    assert files(harbour.folder) == {}


@pytest.mark.usefixtures("permissions_bind")
@pytest.mark.parametrize("mode", [0o500, 0o000], ids=["read-only", "unreadable"])
async def test_a_data_folder_without_permission_is_named_and_left_alone(harbour: Harbour, mode: int) -> None:
    folder = harbour.folder / "data"
    folder.mkdir(mode=mode)

    url = f"sqlite:///{folder / 'berth.db'}"
    said = await refusal(harbour.bot(bound_by_permissions=True, DATABASE_URL=url))

    assert f"{folder / 'berth.db'} cannot be written" in said
    folder.chmod(0o700)
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("permissions_bind")
async def test_a_database_that_may_only_be_read_is_named_and_left_alone(lived_in: Harbour) -> None:
    (lived_in.folder / "berth.db").chmod(0o400)
    before = files(lived_in.folder)

    said = await refusal(lived_in.bot(bound_by_permissions=True))

    file = lived_in.folder / "berth.db"
    assert said == f"berth: the database file {file} cannot be written: Permission denied{WRITABLE}"
    assert files(lived_in.folder) == before


@pytest.mark.usefixtures("permissions_bind")
async def test_a_folder_that_takes_no_lock_beside_the_database_is_named_and_left_alone(lived_in: Harbour) -> None:
    before = files(lived_in.folder)
    lived_in.folder.chmod(0o500)

    said = await refusal(lived_in.bot(bound_by_permissions=True))

    lived_in.folder.chmod(0o700)
    lock = lived_in.folder / "berth.db.lock"
    assert said == f"berth: the lock file {lock} cannot be used: Permission denied{WRITABLE}"
    assert files(lived_in.folder) == before


@pytest.fixture
def read_only_disk(lived_in: Harbour) -> Iterator[None]:
    """Let the folder be on a disk that may only be read."""
    folder = str(lived_in.folder)
    for options in (["--bind", folder, folder], ["-o", "remount,bind,ro", folder]):
        if subprocess.run(["mount", *options], check=False).returncode:  # noqa: S603, S607
            pytest.skip("this user may not mount a file system of its own, so that none can be read-only")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607


@pytest.mark.usefixtures("read_only_disk")
async def test_a_database_on_a_disk_that_may_only_be_read_is_named_and_left_alone(lived_in: Harbour) -> None:
    before = files(lived_in.folder)

    said = await refusal(lived_in.bot())

    file = lived_in.folder / "berth.db"
    assert said == f"berth: the database file {file} cannot be written: Read-only file system{WRITABLE}"
    assert files(lived_in.folder) == before


async def test_a_database_from_a_newer_version_is_named_and_left_alone(lived_in: Harbour) -> None:
    with sqlite3.connect(lived_in.folder / "berth.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = files(lived_in.folder)

    said = await refusal(lived_in.bot())

    assert "schema 9999, newer than this version's" in said
    assert files(lived_in.folder) == before


async def test_a_schema_change_that_fails_half_way_leaves_the_database_as_it_was(harbour: Harbour) -> None:
    with sqlite3.connect(harbour.folder / "berth.db") as database:
        database.execute("CREATE TABLE changes (in_the_way)")
    database.close()

    said = await refusal(harbour.bot())

    with sqlite3.connect(harbour.folder / "berth.db") as database:
        tables = database.execute("SELECT name FROM sqlite_master").fetchall()
    database.close()
    assert "table changes already exists" in said
    assert tables == [("changes",)]


async def test_a_database_that_another_process_holds_ends_the_start_with_one_line(lived_in: Harbour) -> None:
    with closing(sqlite3.connect(lived_in.folder / "berth.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = await refusal(lived_in.bot(), code=1)

    assert said == "berth: the database failed: database is locked"


async def test_a_file_that_is_no_database_is_named_and_left_alone(harbour: Harbour) -> None:
    (harbour.folder / "berth.db").write_bytes(b"this was a spreadsheet once" * 100)
    before = files(harbour.folder)

    said = await refusal(harbour.bot())

    assert "the database cannot be opened: file is not a database" in said
    assert files(harbour.folder) == before


@pytest.mark.parametrize("key", ["short", base64.urlsafe_b64encode(bytes(31)).decode()], ids=["no base64", "too short"])
async def test_a_malformed_encryption_key_is_named_and_nothing_is_made(harbour: Harbour, key: str) -> None:
    said = await refusal(harbour.bot(ENCRYPTION_KEY=key))

    assert "ENCRYPTION_KEY is not 32 bytes" in said
    assert key not in said
    assert files(harbour.folder) == {}


async def test_a_damaged_key_file_is_named_and_left_alone(lived_in: Harbour) -> None:
    (lived_in.folder / "encryption.key").write_bytes(b"half a ke")
    before = files(lived_in.folder)

    said = await refusal(lived_in.bot())

    assert f"the key file {lived_in.folder / 'encryption.key'} is damaged" in said
    assert files(lived_in.folder) == before


async def test_with_another_encryption_key_the_owner_is_told_to_link_again_and_can(harbour: Harbour) -> None:
    async with harbour.bot() as first:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        shown = await harbour.open_panel(member)
        first.terminate()
        await first.ended()
    other = base64.urlsafe_b64encode(os.urandom(32)).decode()

    async with harbour.bot(ENCRYPTION_KEY=other):
        await harbour.discord.until(lambda: harbour.discord.gateway.identifies == 2, what="it identifies again")
        by_button = await (await shown.press("Refresh")).wait_for_answer()
        by_command = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
        told = by_button.text, by_command.text
        opened = await (await by_command.press("I have my key")).wait_for_answer()
        again = await (await opened.submit(key=member.key)).wait_for_answer()
        works = await harbour.open_panel(member)

    assert all("Please link your panel account again" in text for text in told)
    assert "✅ Linked" in again.text
    assert "2 of 5 ports used" in works.text
