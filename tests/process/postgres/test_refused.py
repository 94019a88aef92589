"""Databases of a PostgreSQL server that cannot be used as they are: a line says so, and what to do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store.database import open_database
from bot.store.postgres.upgrade import upgrade
from tests.postgres.foreign import refusing_server
from tests.postgres.server import Server
from tests.process.commands import KEY, ran
from tests.process.harbour import Harbour
from tests.wire.process import ROOT

CREATEDB = "--encoding=UTF8 --locale=C --template=template0"


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
async def test_a_database_that_is_not_utf8_is_refused_by_a_line_that_says_what_to_do(
    harbour: Harbour, postgres: Server, tmp_path: Path, encoding: str
) -> None:
    url = postgres.fresh(encoding=encoding)
    file = f"sqlite:///{tmp_path / 'old' / 'berth.db'}"
    await (await open_database(file)).close()
    line = (
        f"{url.rpartition('/')[2]} at 127.0.0.1:{postgres.port} keeps its text as {encoding}, not as UTF8, so that "
        f"names would be lost: make a database by createdb {CREATEDB}, name that one, and let python -m bot move "
        "take along what this one holds, if anything"
    )

    ended = await ran(harbour, DATABASE_URL=url)
    checked = await ran(harbour, "check", DATABASE_URL=url)
    moved = await ran(harbour, "move", "--from", file, "--to", url)

    assert ended == moved == (2, f"berth: {line}")
    assert checked[0] == 2
    assert f"FAILED database: {line}" in checked[1].splitlines()


async def test_a_database_made_as_the_document_says_is_utf8_whatever_the_cluster_is(
    harbour: Harbour, postgres: Server
) -> None:
    assert f"createdb --owner=berth {CREATEDB} berth" in (ROOT / "docs" / "operations" / "postgresql.md").read_text()
    postgres.run("createdb", *CREATEDB.split(), "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "berth", "made")

    checked = await ran(harbour, "check", DATABASE_URL=postgres.url("made"))

    assert "ok     database: opens: made at " in checked[1]


async def test_what_a_database_that_is_not_utf8_holds_can_be_moved_to_one_that_is(
    harbour: Harbour, postgres: Server
) -> None:
    old, new = postgres.fresh(encoding="LATIN1"), postgres.fresh()
    await asyncio.to_thread(upgrade, old)  # as an earlier version made its tables in any
    kept = "INSERT INTO settings (name, value) VALUES ('caf' || chr(233), chr(223))"
    postgres.execute(kept, database=old.rpartition("/")[2])

    code, said = await ran(harbour, "move", "--from", old, "--to", new)

    assert (code, "settings 1" in said) == (0, True)
    assert postgres.execute("SELECT name, value FROM settings", database=new.rpartition("/")[2]) == [("café", "ß")]


async def test_an_encoding_asked_of_libpq_makes_no_difference(harbour: Harbour, postgres: Server) -> None:
    url = postgres.fresh() + "?client_encoding=SQL_ASCII"

    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY, PGCLIENTENCODING="LATIN1") as bot:
        await bot.until_line("Ready as", within=40)
        member = await harbour.linked()
        member.server.name = "日本 🎮"
        listed = await harbour.open_panel(member)
        answer = await harbour.annotate(member, "für alle 🎮")
        told = await answer.wait_for_answer()

    assert "日本 🎮" in listed.text
    assert "✅" in told.text


async def test_a_refusal_in_another_language_ends_a_start_so_that_it_is_tried_again(harbour: Harbour) -> None:
    refused = "Passwort-Authentifizierung für Benutzer »berth« fehlgeschlagen"

    with refusing_server("SCHWERWIEGEND", "28P01", refused) as port:
        url = f"postgresql://berth@127.0.0.1:{port}/berth"
        ended = await ran(harbour, DATABASE_URL=url)
        checked = await ran(harbour, "check", DATABASE_URL=url)

    told = f'connection failed: connection to server at "127.0.0.1", port {port} failed: SCHWERWIEGEND:  {refused}'
    assert ended == (1, f"berth: the database failed: {told}")
    assert checked[0] == 1
    assert f"FAILED database: {told}" in checked[1].splitlines()
