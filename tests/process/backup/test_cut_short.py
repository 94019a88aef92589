"""A backup or restore that is killed, interrupted or out of disk: whole, or not made."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.process.backup.copies import MUCH, ROUNDS, a_database, begun, done, fill, linked_in, names, sql, until_begun
from tests.process.harbour import Harbour
from tests.process.start.refused import refusal


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


async def test_ctrl_c_during_a_backup_leaves_nothing_and_says_so(harbour: Harbour, elsewhere: Path) -> None:
    database = await a_database(harbour)
    fill(database)
    async with harbour.bot("backup", str(elsewhere / "new")) as backup:
        ended = await until_begun(backup, elsewhere)
        backup.interrupt()
        code = await ended

    assert (code, backup.lines) == (130, ["berth: interrupted; no backup was written"])
    assert names(elsewhere) == set()
