"""Without what speaks to a PostgreSQL server, or without an encryption key: what to install or set is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres.server import Server
from tests.process.commands import ran
from tests.process.harbour import Harbour
from tests.wire.process import ROOT

INSTALL = "run pip install '.[postgres]'"
POSTGRES_ALONE = ("check", "run", "rotate-key")


@pytest.fixture
def without_psycopg(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a PYTHONPATH on which psycopg cannot be imported, as if its extra were not installed."""
    folder = tmp_path_factory.mktemp("without")
    (folder / "psycopg.py").write_text("raise ModuleNotFoundError('No module named psycopg')\n")
    return f"{folder}:{ROOT}"


@pytest.mark.parametrize("command", POSTGRES_ALONE)
async def test_without_psycopg_a_sentence_says_what_to_install(
    harbour: Harbour, without_psycopg: str, command: str
) -> None:
    url = "postgresql://berth@127.0.0.1:9/berth"

    code, said = await ran(harbour, command, DATABASE_URL=url, PYTHONPATH=without_psycopg)

    assert code == 2
    assert f"the database is one of a PostgreSQL server, and what speaks to that is not installed: {INSTALL}" in said


@pytest.mark.parametrize("direction", ["from a server", "to a server"])
async def test_a_move_without_psycopg_says_what_to_install(
    harbour: Harbour, tmp_path: Path, without_psycopg: str, direction: str
) -> None:
    file, server = f"sqlite:///{tmp_path / 'old.db'}", "postgresql://berth@127.0.0.1:9/berth"
    (tmp_path / "old.db").touch()
    source, target = (server, f"{file}-new") if direction == "from a server" else (file, server)

    code, said = await ran(harbour, "move", "--from", source, "--to", target, PYTHONPATH=without_psycopg)

    assert code == 2
    assert INSTALL in said


async def test_a_bot_on_a_file_runs_without_psycopg(harbour: Harbour, without_psycopg: str) -> None:
    async with harbour.bot(PYTHONPATH=without_psycopg) as bot:
        await harbour.discord.until_ready()
        listed = await harbour.open_panel(await harbour.linked())
        bot.terminate()
        assert await bot.ended() == 0

    assert "25566" in listed.text


async def test_without_an_encryption_key_every_command_says_that_a_server_needs_one(
    harbour: Harbour, postgres: Server
) -> None:
    for command in POSTGRES_ALONE:
        code, said = await ran(harbour, command, DATABASE_URL=postgres.fresh(), ENCRYPTION_KEY=None)

        assert code == 2
        assert (
            "ENCRYPTION_KEY or ENCRYPTION_KEY_FILE must be set when the database is not a file. Where it was moved "
            "from one, its keys are in the file encryption.key beside that; else make one with: python3 -c "
        ) in said
