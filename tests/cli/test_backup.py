"""What `backup` and `restore` say where there is nothing to do it with, and what they need of the settings."""

from __future__ import annotations

import pytest

from bot.store.database import open_database
from tests.cli.terminal import Terminal


async def made(terminal: Terminal) -> None:
    """Make the default database in the terminal's folder."""
    await (await open_database(f"sqlite:///{terminal.folder / 'data' / 'berth.db'}")).close()


async def test_there_and_back_needs_no_token_and_no_panel(terminal: Terminal) -> None:
    await made(terminal)

    backed_up = await terminal.run("backup", "copy.db", DISCORD_TOKEN=None, PANEL_URL=None)
    restored = await terminal.run("restore", "copy.db", DISCORD_TOKEN=None, PANEL_URL=None)

    assert (backed_up.code, backed_up.err, backed_up.out.count("\n")) == (0, "", 1)
    assert backed_up.out.startswith(f"Wrote {terminal.folder / 'copy.db'}: ")
    assert (restored.code, restored.err) == (0, "")
    assert restored.out.startswith(f"Restored {terminal.folder / 'copy.db'} to {terminal.folder / 'data' / 'berth.db'}")


async def test_the_key_of_a_setting_is_said_to_be_there_and_not_shown(terminal: Terminal) -> None:
    await made(terminal)
    key = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="

    said = await terminal.run("backup", "copy.db", ENCRYPTION_KEY=key)

    assert "it is in ENCRYPTION_KEY;" in said.out
    assert key[:8] not in said.out


async def test_without_a_database_there_is_nothing_to_back_up(terminal: Terminal) -> None:
    said = await terminal.run("backup", "copy.db")

    assert said.complaint == f"berth: there is no database {terminal.folder / 'data' / 'berth.db'} to back up"
    assert said.code == 2
    assert terminal.files == set()


@pytest.mark.parametrize("command", ["backup", "restore"])
async def test_a_database_in_memory_is_out_of_reach(terminal: Terminal, command: str) -> None:
    (terminal.folder / "copy.db").touch()

    said = await terminal.run(command, "copy.db", DATABASE_URL="sqlite://", ENCRYPTION_KEY="")

    assert said.complaint == "berth: DATABASE_URL names a database in memory, which no other program can reach"
    assert said.code == 2


@pytest.mark.parametrize("command", ["backup", "restore"])
async def test_a_file_must_be_named(terminal: Terminal, command: str) -> None:
    said = await terminal.run(command)

    assert said.err.splitlines()[-1].endswith("error: the following arguments are required: FILE")
    assert said.code == 2


async def test_a_restore_that_is_refused_leaves_an_empty_folder_as_it_was(terminal: Terminal) -> None:
    (terminal.folder / "copy.db").write_text("no backup")

    said = await terminal.run("restore", "copy.db", DATABASE_URL="sqlite:///berth.db")

    assert said.complaint == f"berth: {terminal.folder / 'copy.db'} is not an SQLite database"
    assert terminal.files == {"copy.db"}
