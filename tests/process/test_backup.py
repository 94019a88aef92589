"""`backup` and `restore` as an operator runs them: beside a busy bot, killed in the middle, on a full disk, undone."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.process.harbour import Harbour
from tests.process.test_start import files, refusal
from tests.wire import BotProcess

ROUNDS = 40 if os.environ.get("BERTH_LONG") else 6
MUCH = 20_000
"""Rows that make copying take long enough to be killed in the middle of it."""


async def done(bot: BotProcess, *, code: int = 0) -> list[str]:
    """Run a command to its end and return what it printed, after checking that it said nothing else."""
    async with bot:
        ended = await bot.ended()
    assert ended == code, bot.stderr
    assert bot.lines == []
    return bot.output


def sql(file: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement on a database that is whole."""
    with closing(sqlite3.connect(file)) as database, database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return database.execute(statement, values).fetchall()


def linked_in(file: Path) -> set[str]:
    """Return the names of those whose links are in a database."""
    return {name for (name,) in sql(file, "SELECT panel_username FROM links")}


def schema_of(file: Path) -> str:
    """Return the revision of a database's schema."""
    return str(sql(file, "SELECT version_num FROM alembic_version")[0][0])


def names(folder: Path) -> set[str]:
    """Return what is in a folder."""
    return {path.name for path in folder.iterdir()}


def begun(folder: Path) -> set[str]:
    """Return what has been begun in a folder and not been finished."""
    return {name for name in names(folder) if name.startswith(".berth")}


def fill(file: Path) -> None:
    """Make a database large."""
    sql(
        file,
        "INSERT INTO changes (user_id, at, server, server_name, verb, address, outcome) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "SELECT i, 4102444800, '1a7ce997', hex(randomblob(500)), 'notes', 'filling', 'done' FROM n",
        MUCH,
    )


async def a_database(harbour: Harbour) -> Path:
    """Return the database as a bot leaves it that was stopped; one member is linked."""
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        await harbour.linked()
        bot.terminate()
        assert await bot.ended() == 0
    return harbour.folder / "berth.db"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a folder for backups."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


async def test_a_backup_of_a_running_bot_holds_what_is_only_in_the_log_yet(harbour: Harbour, elsewhere: Path) -> None:
    file = elsewhere / "berth.db"
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        assert (harbour.folder / "berth.db-wal").stat().st_size > 0
        before = os.umask(0)
        try:
            said = await done(harbour.bot("backup", str(file)))
        finally:
            os.umask(before)

        assert linked_in(file) == {member.name}
    assert said == [
        f"Wrote {file}: schema {schema_of(file)}, linked members: 1. The encryption key is not in it: it is in "
        f"{harbour.folder / 'encryption.key'}; back it up to a different place."
    ]
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(files(elsewhere)) == {"berth.db"}


async def test_backups_during_writes_are_whole_and_hold_all_that_was_confirmed_before(
    harbour: Harbour, elsewhere: Path
) -> None:
    confirmed: list[int] = []
    async with harbour.bot():
        await harbour.discord.until_ready()
        members = [await harbour.linked() for _ in range(4)]

        async def write(number: int) -> None:
            while True:
                answer = await (await harbour.annotate(members[number], f"text {len(confirmed)}")).wait_for_answer()
                if "That is more at once than I answer to one person" not in answer.text:
                    assert "✅" in answer.text, answer.text
                    confirmed.append(number)

        writers = [asyncio.create_task(write(number)) for number in range(len(members))]
        for number in range(ROUNDS):
            file = elsewhere / str(number)
            before = len(confirmed)
            await done(harbour.bot("backup", str(file)))
            ((found,),) = sql(file, "SELECT count(*) FROM changes WHERE outcome = 'done'")
            assert found >= before
        ended, _ = await asyncio.wait(writers, timeout=0)
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)

    assert ended == set()
    assert len(confirmed) > ROUNDS


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


async def test_a_backup_without_the_key_of_its_day_says_so_and_opens_with_it(harbour: Harbour, elsewhere: Path) -> None:
    file, key = elsewhere / "berth.db", harbour.folder / "encryption.key"
    await a_database(harbour)
    await done(harbour.bot("backup", str(file)))
    of_its_day = key.read_bytes()
    await done(harbour.bot("rotate-key"))
    await done(harbour.bot("rotate-key", "--drop-old"))

    without = await done(harbour.bot("restore", str(file)))
    key.write_bytes(of_its_day)
    with_it = await done(harbour.bot("restore", str(file)))

    assert "Links that no encryption key at hand opens: 1." in without[1]
    assert str(key) in without[1]
    assert len(with_it) == 2


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


def another_programs(file: Path) -> None:
    """Put a database of another program there, with migrations of its own."""
    file.unlink()
    sql(file, "CREATE TABLE alembic_version (version_num TEXT)")
    sql(file, "INSERT INTO alembic_version VALUES ('9f3c')")


def newer(file: Path) -> None:
    """Make a backup one of a version to come."""
    sql(file, "UPDATE alembic_version SET version_num = '9999'")


def torn(file: Path) -> None:
    """Damage a backup in the middle."""
    content = bytearray(file.read_bytes())
    content[4096 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 4096)
    file.write_bytes(content)


def cut(file: Path) -> None:
    """Take the end of a backup off."""
    file.write_bytes(file.read_bytes()[:9000])


def text(file: Path) -> None:
    """Put something else in its place."""
    file.write_text("no database at all, but a text that is long enough to be one\n" * 40)


def empty(file: Path) -> None:
    """Leave the name alone."""
    file.write_bytes(b"")


def missing(file: Path) -> None:
    """Leave nothing."""
    file.unlink()


def folder(file: Path) -> None:
    """Put a folder there."""
    file.unlink()
    file.mkdir()


REFUSED: dict[Callable[[Path], None], str] = {
    newer: "has schema 9999, newer than this version's",
    torn: "is damaged",
    cut: "is damaged",
    text: "is not an SQLite database",
    empty: "is not a database of this bot's",
    another_programs: "is not a database of this bot's",
    missing: "does not exist",
    folder: "is not a file",
}


@pytest.mark.parametrize("there", [True, False], ids=["in place of one", "where there is none"])
async def test_what_is_no_backup_is_refused_in_one_line_and_changes_nothing(
    harbour: Harbour, elsewhere: Path, there: bool
) -> None:
    database = await a_database(harbour)
    await done(harbour.bot("backup", str(elsewhere / "good")))
    if not there:
        database.unlink()
    before = {name: content for name, content in files(harbour.folder).items() if not name.startswith("elsewhere/")}

    for spoil, words in REFUSED.items():
        file = elsewhere / spoil.__name__
        file.write_bytes((elsewhere / "good").read_bytes())
        spoil(file)
        said = await refusal(harbour.bot("restore", str(file)))

        assert words in said, spoil.__name__
        assert str(file) in said
    after = {name: content for name, content in files(harbour.folder).items() if not name.startswith("elsewhere/")}
    assert after == before


async def test_the_database_is_no_backup_of_itself(harbour: Harbour, elsewhere: Path) -> None:
    database = await a_database(harbour)
    (elsewhere / "link").symlink_to(database)

    said = await refusal(harbour.bot("restore", str(elsewhere / "link")))

    assert f"{elsewhere / 'link'} is the database itself" in said
    assert linked_in(database) == {"member1"}


async def test_a_backup_overwrites_nothing_and_names_what_is_in_the_way(harbour: Harbour, elsewhere: Path) -> None:
    await a_database(harbour)
    (elsewhere / "folder").mkdir()
    (elsewhere / "there").write_text("kept")
    (elsewhere / "link").symlink_to(elsewhere / "nowhere")

    said = [await refusal(harbour.bot("backup", str(elsewhere / name))) for name in ("there", "link", "folder")]
    nowhere = await refusal(harbour.bot("backup", str(elsewhere / "no" / "folder")))

    assert all("exists already, and a backup overwrites nothing: name another file" in line for line in said)
    assert f"there is no folder {elsewhere / 'no'}" in nowhere
    assert files(elsewhere) == {"there": b"kept"}


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


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Have the processes that start in the block find no room for more than so many bytes in a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("command", ["backup", "restore"])
async def test_on_a_disk_that_takes_no_more_nothing_is_left_and_nothing_lost(
    harbour: Harbour, elsewhere: Path, command: str
) -> None:
    database = await a_database(harbour)
    fill(database)
    await done(harbour.bot("backup", str(elsewhere / "good")))
    before = {folder: names(folder) for folder in (harbour.folder, elsewhere)}
    file = elsewhere / ("new" if command == "backup" else "good")

    with files_of_at_most(5_000_000):
        said = await refusal(harbour.bot(command, str(file)), code=1)

    assert "could not be written" in said if command == "backup" else "nothing was restored" in said
    assert {folder: names(folder) for folder in before} == before
    assert linked_in(database) == {"member1"}


@pytest.mark.timeout(600)
async def test_a_backup_killed_at_any_moment_is_whole_or_not_there(harbour: Harbour, elsewhere: Path) -> None:
    random = Random(1)
    database = await a_database(harbour)
    fill(database)
    seen = {True: 0, False: 0}

    for number in range(ROUNDS):
        file = elsewhere / str(number)
        async with harbour.bot("backup", str(file)) as backup:
            ended = await until_begun(backup, elsewhere)
            await asyncio.wait({ended}, timeout=random.uniform(0, 0.4))
            await backup.kill()
        seen[file.exists()] += 1
        if file.exists():
            assert sql(file, "SELECT count(*) FROM changes") == [(MUCH,)]
    await done(harbour.bot("backup", str(elsewhere / "last")))

    assert seen[False] > 0
    assert linked_in(database) == {"member1"}
    # What the killed ones had begun is gone with the next that was made there.
    assert begun(elsewhere) == set()


@pytest.mark.timeout(600)
async def test_a_restore_killed_at_any_moment_leaves_the_database_that_was_or_the_one_to_be(
    harbour: Harbour, elsewhere: Path
) -> None:
    random = Random(2)
    file = elsewhere / "good"
    database = await a_database(harbour)
    fill(database)
    await done(harbour.bot("backup", str(file)))
    sql(database, "UPDATE links SET panel_username = 'as it was'")
    seen = set()

    for _ in range(ROUNDS):
        async with harbour.bot("restore", str(file)) as restore:
            ended = await until_begun(restore, harbour.folder)
            await asyncio.wait({ended}, timeout=random.uniform(0, 0.5))
            await restore.kill()
        seen |= linked_in(database)
        assert sql(database, "SELECT count(*) FROM changes") == [(MUCH,)]
        sql(database, "UPDATE links SET panel_username = 'as it was'")
    await done(harbour.bot("restore", str(file)))

    assert "as it was" in seen
    assert seen <= {"as it was", "member1"}
    assert linked_in(database) == {"member1"}
    assert begun(harbour.folder) == set()


async def until_begun(command: BotProcess, folder: Path) -> asyncio.Task[int]:
    """Return, once the command has begun to write in a folder or has ended, what waits for its end."""
    had = begun(folder)
    ended = asyncio.create_task(command.ended())
    while not ended.done() and begun(folder) <= had:
        await asyncio.wait({ended}, timeout=0.002)
    return ended


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


async def test_ctrl_c_during_a_backup_leaves_nothing_and_says_so(harbour: Harbour, elsewhere: Path) -> None:
    database = await a_database(harbour)
    fill(database)
    async with harbour.bot("backup", str(elsewhere / "new")) as backup:
        ended = await until_begun(backup, elsewhere)
        backup.interrupt()
        code = await ended

    assert (code, backup.lines) == (1, ["berth: interrupted; no backup was written"])
    assert names(elsewhere) == set()
