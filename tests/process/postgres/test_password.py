"""The file with the database's password, gone while the bot runs: told as it is, and read again when it is back."""

from __future__ import annotations

import pytest

from tests.postgres.server import Server
from tests.process.commands import KEY, ran
from tests.process.harbour import Harbour

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'berth-%'"
UNREADABLE = "the password file {} cannot be read: No such file or directory"
NAMED_BY = "see that this user can read it there, or name another in DATABASE_PASSWORD_FILE or by password_file="


async def test_a_password_file_that_is_gone_is_told_as_a_refusal_and_all_is_well_when_it_is_back(
    harbour: Harbour, postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url, file = postgres.fresh(), tmp_path_factory.mktemp("secrets") / "password"
    file.write_text("sesame")
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY, DATABASE_PASSWORD_FILE=str(file)) as bot:
        await bot.until_line("Ready as", within=40)
        member = await harbour.linked()
        file.unlink()
        postgres.execute(CUT)
        meanwhile = await harbour.open_panel(member)
        file.write_text("sesame")
        await bot.until_line("What other processes change is heard again")
        afterwards = await harbour.open_panel(member)

    assert "❌ I cannot read my own database" in meanwhile.text
    assert "It does not let me in as I am set up." in meanwhile.text
    assert any(UNREADABLE.format(file) in line for line in bot.lines)
    assert "25566" in afterwards.text


async def test_a_start_without_the_password_file_says_so_in_one_line(harbour: Harbour, postgres: Server) -> None:
    ended = await ran(harbour, DATABASE_URL=postgres.fresh(), DATABASE_PASSWORD_FILE="/nowhere/password")

    line = UNREADABLE.format("/nowhere/password")
    assert ended == (2, f"berth: the database cannot be opened: {line}; {NAMED_BY}")
