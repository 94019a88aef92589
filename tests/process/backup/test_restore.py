"""A restore: what it puts back, what it keeps, and beside whom it refuses."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.process.backup.copies import a_database, done, linked_in, schema_of
from tests.process.harbour import Harbour
from tests.process.start.refused import refusal


async def test_a_restored_backup_is_what_the_next_start_knows_and_the_rest_is_kept(
    harbour: Harbour, elsewhere: Path
) -> None:
    file = elsewhere / "berth.db"
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        early = await harbour.linked()
        await done(harbour.bot("backup", str(file)))
        late = await harbour.linked()
        bot.terminate()
        await bot.ended()
    taken = file.read_bytes()

    said = await done(harbour.bot("restore", str(file)))

    async with harbour.bot() as again:
        await again.until_line("Ready as")
        of_early, of_late = [
            (await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()).text
            for member in (early, late)
        ]
        assert "25566" in of_early
        assert "25566" not in of_late
    (kept,) = harbour.folder.glob("berth.db.before-restore-*")
    assert said == [
        f"Restored {file} to {harbour.folder / 'berth.db'}: schema {schema_of(file)}, linked members: 1. What was "
        f"there is kept in {kept}: delete that once all is well.",
        "What members deleted since that backup is back: tell them, so that they can run /unlink again.",
    ]
    assert linked_in(kept) == {early.name, late.name}
    assert {path.stat().st_mode & 0o777 for path in harbour.folder.glob("berth.db*")} == {0o600}
    assert file.read_bytes() == taken
    # Discord may have been told other commands since that backup.
    assert harbour.discord.rest.syncs == 2


async def test_a_restore_beside_a_running_bot_is_refused_and_changes_nothing(harbour: Harbour, elsewhere: Path) -> None:
    file = elsewhere / "berth.db"
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        await done(harbour.bot("backup", str(file)))
        member = await harbour.linked()

        said = await refusal(harbour.bot("restore", str(file)))

        seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
        assert bot.running
    assert "another bot runs on" in said
    assert "25566" in seen.text
    assert list(harbour.folder.glob("*before-restore*")) == []


async def test_what_a_killed_bot_left_in_the_log_is_kept_and_does_not_get_into_what_is_restored(
    harbour: Harbour, elsewhere: Path
) -> None:
    file = elsewhere / "berth.db"
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        early = await harbour.linked()
        await done(harbour.bot("backup", str(file)))
        late = await harbour.linked()
        await bot.kill()
    assert (harbour.folder / "berth.db-wal").stat().st_size > 0

    await done(harbour.bot("restore", str(file)))

    (kept,) = harbour.folder.glob("berth.db.before-restore-*")
    assert linked_in(harbour.folder / "berth.db") == {early.name}
    assert linked_in(kept) == {early.name, late.name}


@pytest.mark.parametrize("damage", ["no database", "torn"])
async def test_a_damaged_database_is_kept_as_it_is_with_its_log_and_replaced(
    harbour: Harbour, elsewhere: Path, damage: str
) -> None:
    file = elsewhere / "berth.db"
    database = await a_database(harbour)
    await done(harbour.bot("backup", str(file)))
    whole = database.read_bytes()
    broken = b"\xa5" * len(whole) if damage == "no database" else whole[:100] + b"\xa5" * (len(whole) - 100)
    database.write_bytes(broken)
    (harbour.folder / "berth.db-wal").write_bytes(b"a log that belongs to it")

    await refusal(harbour.bot("backup", str(elsewhere / "of the damaged one")))
    await done(harbour.bot("restore", str(file)))

    assert linked_in(database) == {"member1"}
    assert not (elsewhere / "of the damaged one").exists()
    (kept,) = (path for path in harbour.folder.glob("berth.db.before-restore-*") if not path.name.endswith("-wal"))
    assert kept.read_bytes() == broken


async def test_a_restore_where_there_is_no_database_yet_makes_one(harbour: Harbour, elsewhere: Path) -> None:
    file = elsewhere / "berth.db"
    database = await a_database(harbour)
    await done(harbour.bot("backup", str(file)))
    database.unlink()

    said = await done(harbour.bot("restore", str(file)))

    assert "kept in" not in said[0]
    assert linked_in(database) == {"member1"}
    assert database.stat().st_mode & 0o777 == 0o600


@contextmanager
def held_open(database: Path) -> Iterator[None]:
    """Have another program use the database for the block."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("SELECT count(*) FROM links").fetchall()
        yield


async def test_a_restore_waits_for_no_other_program_and_says_that_one_is_in_the_way(
    harbour: Harbour, elsewhere: Path
) -> None:
    database = await a_database(harbour)
    await done(harbour.bot("backup", str(elsewhere / "good")))

    with held_open(database):
        said = await refusal(harbour.bot("restore", str(elsewhere / "good")), code=1)

    assert f"nothing was restored: another program has {database} open" in said
    assert linked_in(database) == {"member1"}
    assert list(harbour.folder.glob("*before-restore*")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
async def test_what_root_restores_is_the_bots_own(harbour: Harbour, elsewhere: Path) -> None:
    database = await a_database(harbour)
    await done(harbour.bot("backup", str(elsewhere / "good")))
    os.chown(database, 12345, 12346)

    await done(harbour.bot("restore", str(elsewhere / "good")))

    assert (database.stat().st_uid, database.stat().st_gid) == (12345, 12346)
    database.unlink()
    os.chown(harbour.folder, 12345, 12347)
    await done(harbour.bot("restore", str(elsewhere / "good")))
    assert (database.stat().st_uid, database.stat().st_gid) == (12345, 12347)
