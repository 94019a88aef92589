"""What `check` and `health` say before, during and after a run."""

from __future__ import annotations

import asyncio
import os

import pytest

from tests.process.harbour import Harbour
from tests.process.start.refused import WRITABLE, files
from tests.wire.payloads import BOT_ID


async def test_check_tells_of_each_part_and_changes_nothing(lived_in: Harbour) -> None:
    before = files(lived_in.folder)

    async with lived_in.bot("check") as check:
        code = await check.ended()

    assert code == 0, check.output
    assert [line.split(":")[0] for line in check.output[:5]] == [
        f"ok     {part}" for part in ("settings", "database", "encryption key", "panel", "token")
    ]
    assert [line.partition("https://discord.com/oauth2/authorize?")[2] for line in check.output[5:]] == [
        f"client_id={BOT_ID}&scope=bot+applications.commands&permissions=0",
        f"client_id={BOT_ID}&scope=applications.commands&integration_type=1",
    ]
    assert files(lived_in.folder) == before


@pytest.mark.usefixtures("permissions_bind")
@pytest.mark.parametrize("there", [True, False], ids=["folder", "folder above"])
async def test_check_names_a_data_folder_that_cannot_be_written(harbour: Harbour, there: bool) -> None:
    folder = harbour.folder / "data"
    folder.mkdir(mode=0o500)
    database = folder / "berth.db" if there else folder / "below" / "berth.db"

    check = harbour.bot("check", bound_by_permissions=True, DATABASE_URL=f"sqlite:///{database}")
    async with check:
        code = await check.ended()

    assert code == 2
    named = f"FAILED database: the database file {database} cannot be written: Permission denied at {folder}"
    assert named + WRITABLE in check.output


@pytest.mark.usefixtures("permissions_bind")
@pytest.mark.parametrize("command", ["run", "check", "health", "rotate-key"])
async def test_an_env_file_that_may_not_be_read_is_named_in_one_line(harbour: Harbour, command: str) -> None:
    (harbour.folder / ".env").touch(mode=0o000)

    bot = harbour.bot(command, bound_by_permissions=True)
    async with bot:
        code = await bot.ended()

    said = [*bot.output, *bot.lines]
    assert code == 2
    assert len(said) == 1
    assert ".env cannot be read: Permission denied" in said[0]


async def test_check_before_the_first_start_makes_nothing(harbour: Harbour) -> None:
    async with harbour.bot("check") as check:
        code = await check.ended()

    assert code == 0, check.output
    assert files(harbour.folder) == {}


async def test_check_reports_a_wrong_token_with_code_2_and_a_panel_that_is_away_with_code_1(harbour: Harbour) -> None:
    wrong = "MTA5MDAwMDAwMDAwMDAwMDAx.GwIrE0.somebody-has-reset-this-one-in-the-portal"

    async with harbour.bot("check", DISCORD_TOKEN=wrong) as token:
        code_for_token = await token.ended()
    async with harbour.bot("check", PANEL_URL="http://127.0.0.1:9") as panel:
        code_for_panel = await panel.ended()

    assert code_for_token == 2
    assert "FAILED token: Discord refuses DISCORD_TOKEN" in token.output
    assert code_for_panel == 1
    assert "FAILED panel: I cannot reach 127.0.0.1:9. It refuses connections." in panel.output


async def test_health_says_whether_the_bot_is_connected_and_goes_on_after_a_full_disk(harbour: Harbour) -> None:
    async def health() -> tuple[int, str]:
        async with harbour.bot("health", DISCORD_TOKEN=None, PANEL_URL=None, TMPDIR="/nowhere") as asked:
            code = await asked.ended()
        (line,) = asked.output
        return code, line.split(":")[0]

    async def until(wanted: tuple[int, str]) -> None:
        async with asyncio.timeout(30):
            while await health() != wanted:
                pass  # it looks every second

    well, ill = (0, "healthy"), (1, "unhealthy")
    in_the_way = harbour.folder / "berth.db.heartbeat"
    before = await health()
    in_the_way.mkdir()  # stands for a disk that takes nothing
    async with harbour.bot() as bot:
        said = await bot.until_line("The health check will fail")
        os.utime(in_the_way, (0, 0))
        while_it_fails = await health()
        in_the_way.rmdir()
        await until(well)
        bot.terminate()
        await bot.ended()
    afterwards = await health()

    assert f"{in_the_way} cannot be written: Is a directory" in said
    assert [before, while_it_fails, afterwards] == [ill] * 3
    assert sum("The health check" in line for line in bot.lines) == 2
