"""From the start to READY, and every start that must fail: one line, the right exit code, nothing overwritten."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.names import unnamed
from tests.process.harbour import Harbour, open_harbour
from tests.wire import BotProcess
from tests.wire.payloads import BOT_ID
from tests.wire.process import WITHOUT_POWERS

WRITABLE = (
    ", which is on this machine's side: let the bot's user write the file and its folder, or name another place in "
    "DATABASE_URL, and start again"
)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def refusal(bot: BotProcess, *, code: int = 2) -> str:
    """Run a bot that must not start; return the one line it ends with after checking that it is one."""
    async with bot:
        ended = await bot.ended()

    said = [line for line in bot.lines if line.startswith("berth: ")]
    assert ended == code, bot.stderr
    assert len(said) == 1, bot.stderr
    assert bot.lines[-1] == said[0]
    assert bot.output == []
    return said[0]


@pytest.fixture
def permissions_bind() -> None:
    """Skip where root may not give up its right to ignore file permissions."""
    if subprocess.run([sys.executable, "-I", WITHOUT_POWERS, sys.executable, "-c", ""], check=False).returncode:  # noqa: S603
        pytest.skip("this is root, and it may not give up its right to ignore permissions")


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="first_run")
async def first_run_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as the first start and a clean end leave it: with a database and a key."""
    folder = tmp_path_factory.mktemp("first_run")
    async with open_harbour(folder) as harbour, harbour.bot() as bot:
        await harbour.discord.until_ready()
        bot.terminate()
        assert await bot.ended() == 0
    return folder


@pytest.fixture
def lived_in(harbour: Harbour, first_run: Path) -> Harbour:
    """Return the harbour with the files of a first run in its folder."""
    shutil.copytree(first_run, harbour.folder, dirs_exist_ok=True)
    return harbour


async def test_the_bot_connects_and_a_second_start_does_not_sync_the_commands_again(harbour: Harbour) -> None:
    async with harbour.bot() as first:
        await harbour.discord.until_ready()
        first.terminate()
        await first.ended()
    assert harbour.discord.rest.syncs == 1

    async with harbour.bot():
        await harbour.discord.until(lambda: harbour.discord.gateway.identifies == 2, what="it identifies again")
        member = await harbour.linked()
        seen = await (await harbour.discord.slash(member.id, "help")).wait_for_answer()

    assert harbour.discord.rest.syncs == 1
    assert f"</link:{harbour.discord.rest.commands['link']['id']}>" in seen.text


@pytest.mark.parametrize("harbour", [{"guilds": 10_000}], indirect=True)
async def test_a_bot_in_ten_thousand_servers_answers_in_direct_messages(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()

        seen = await (await harbour.discord.slash(member.id, "account", direct=True)).wait_for_answer()

    assert member.name in seen.text


async def test_the_log_of_a_good_start_is_a_few_lines_about_the_bot_itself(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await bot.until_line("Ready as")

        loggers = {line.split()[3].rstrip(":") for line in bot.lines}

    assert loggers <= {
        *("bot.app", "bot.front.client", "bot.front.sync"),
        *("bot.store.connecting", "bot.store.keyfile", "bot.services.flavour"),
    }
    assert len(bot.lines) <= 6


async def test_what_the_bot_creates_is_for_its_own_user_only(harbour: Harbour) -> None:
    folder = harbour.folder / "data" / "deep"

    async with harbour.bot(DATABASE_URL=f"sqlite:///{folder / 'berth.db'}"):
        await harbour.discord.until_ready()
        await harbour.linked()
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}

    # Made within a second of the connection.
    assert modes.pop("berth.db.heartbeat", 0o600) == 0o600
    assert modes == dict.fromkeys(
        ("berth.db", "berth.db-wal", "berth.db-shm", "berth.db.lock", "encryption.key"), 0o600
    )
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_a_wrong_token_ends_the_start_with_one_line_and_code_2(harbour: Harbour) -> None:
    wrong = "MTA5MDAwMDAwMDAwMDAwMDAx.GwIrE0.somebody-has-reset-this-one-in-the-portal"

    said = await refusal(harbour.bot(DISCORD_TOKEN=wrong))

    assert "DISCORD_TOKEN" in said
    assert [call.status for call in harbour.discord.calls] == [401]


async def test_a_token_that_is_reset_while_the_bot_runs_ends_it_with_one_line_and_code_2(harbour: Harbour) -> None:
    bot = harbour.bot()
    async with bot:
        await harbour.discord.until_ready()

        await harbour.discord.gateway.refuse(4004)

        assert await bot.ended() == 2
    assert bot.lines[-1].startswith("berth: Discord refused DISCORD_TOKEN")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4010, "take it out"),
        (4011, "start it again, which asks anew"),
        (4012, "update the bot"),
        (4013, "update the bot"),
        (4014, "DISCORD_TOKEN may be another bot's"),
    ],
)
async def test_a_gateway_that_refuses_for_good_ends_the_bot_with_one_line_and_code_2(
    harbour: Harbour, code: int, words: str
) -> None:
    await harbour.discord.gateway.refuse(code)

    said = await refusal(harbour.bot())

    assert said.startswith("berth: ")
    assert words in said
    assert f"(gateway code {code})" in said
    assert harbour.discord.gateway.opened == 1


async def test_a_login_page_in_discords_place_ends_the_start_with_one_line_and_code_1(harbour: Harbour) -> None:
    harbour.discord.faults.html("<html><h1>Free Wi-Fi: please log in</h1></html>", times=100)

    said = await refusal(harbour.bot(), code=1)

    assert "what answers at DISCORD_API_URL is not Discord's API: a login page of this network" in said


@pytest.mark.parametrize("path", ["/users/@me", "/gateway/bot"])
async def test_what_is_not_discords_answer_ends_the_start_with_one_line_and_code_1(harbour: Harbour, path: str) -> None:
    harbour.discord.faults.html('{"hello": "world"}', content_type="application/json", path=path, times=100)

    said = await refusal(harbour.bot(), code=1)

    assert "is not Discord's API" in said


async def test_events_without_what_is_optional_in_them_are_answered_all_the_same(harbour: Harbour) -> None:
    harbour.discord.gateway.leaves_out = {"READY": {"shard", "private_channels"}, "INTERACTION_CREATE": {"version"}}
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        await bot.until_line("Ready as")
        member = await harbour.linked()

        seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()

    assert "25566" in seen.text


async def test_an_event_that_cannot_be_read_is_left_alone_with_one_line(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()

        await harbour.discord.gateway.dispatch("INTERACTION_CREATE", {"id": "1", "type": 2})
        said = await bot.until_line("in a form I cannot read")
        seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()

        assert bot.running
    assert "Discord sent INTERACTION_CREATE" in said
    assert "25566" in seen.text


async def test_a_beginning_that_cannot_be_read_ends_the_bot_with_one_line_and_code_1(harbour: Harbour) -> None:
    harbour.discord.gateway.leaves_out = {"READY": {"user"}}

    said = await refusal(harbour.bot(), code=1)

    assert "Discord's gateway begins with what cannot be read" in said


async def test_a_discord_that_cannot_be_reached_ends_the_start_with_one_line_and_code_1(harbour: Harbour) -> None:
    bot = harbour.bot(DISCORD_API_URL="http://127.0.0.1:9/api/v10")

    async with bot:
        code = await bot.ended()

    assert code == 1
    assert bot.lines[-1].startswith("berth: Discord cannot be reached")


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "PANEL_URL"])
async def test_a_missing_setting_is_named(harbour: Harbour, name: str) -> None:
    without: Any = {name: None}

    said = await refusal(harbour.bot(**without))

    assert said.startswith(f"berth: {name} is not set")
    assert files(harbour.folder) == {}


async def test_a_panel_that_is_away_does_not_keep_the_bot_from_starting_and_is_told_to_who_needs_it(
    harbour: Harbour,
) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        await harbour.panel.stop()

        seen = await harbour.open_panel(member)

    assert "I cannot reach {panel}" in unnamed(seen.text)


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


async def test_check_tells_of_each_part_and_changes_nothing(lived_in: Harbour) -> None:
    before = files(lived_in.folder)

    async with lived_in.bot("check") as check:
        code = await check.ended()

    assert code == 0, check.output
    assert [line.split(":")[0] for line in check.output[:5]] == [
        f"ok     {part}" for part in ("settings", "encryption key", "database", "panel", "token")
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
