"""`backup` and `restore` as an operator runs them: beside a busy bot, killed in the middle, on a full disk, undone."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from tests.process.backup.copies import ROUNDS, a_database, done, linked_in, schema_of, sql
from tests.process.harbour import Harbour
from tests.process.start.refused import files, refusal


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
