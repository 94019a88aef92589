"""`move`: everything from one database to another, whole or not at all, the keys sealed as they were."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.domain.models import ApiKey, PanelAccount
from bot.domain.ownkeys import OwnKey, PastedKey
from bot.domain.record import Entry
from bot.operator.move import move
from bot.settings import GivenSettings, Settings
from bot.store.address import file_of, is_postgres
from bot.store.database import open_database
from bot.store.errors import DatabaseFailed, DatabaseInDoubt, StoreError
from bot.store.intents import IntentStore
from bot.store.links import LinkStore
from bot.store.lock import only_bot_on
from bot.store.memory import Memory
from bot.store.record import RecordStore
from bot.store.vault import Vault
from tests.postgres.proxy import UNENCRYPTED, Fault, proxy_before
from tests.postgres.server import Server

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PANEL = "https://panel.example.com"
KEY = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")
OWN = ApiKey("ptlc_LMNOPQRSTUVhiddenhiddenhiddenhiddenhidden34")
ANN, BOB, MANY = 2**63 - 1, 7, range(2_000, 3_100)
_LIKE_BOB = """
    INSERT INTO links (user_id, panel_origin, panel_username, sealed_key, masked_key, linked_at)
    SELECT CAST(:user AS BIGINT), panel_origin, panel_username, sealed_key, masked_key, linked_at FROM links
    WHERE user_id = 7
"""
SETTINGS: Settings = GivenSettings(discord_token="a-token-that-opens-nothing", panel_url=f"{PANEL}/")


@pytest.fixture(params=["to the server", "to a file", "between servers"])
def ways(request: pytest.FixtureRequest, tmp_path: Path, postgres: Server) -> tuple[str, str]:
    """Return where from and where to."""
    files = (f"sqlite:///{tmp_path / name / 'berth.db'}" for name in ("old", "new"))
    if request.param == "to the server":
        return next(files), postgres.fresh()
    if request.param == "to a file":
        return postgres.fresh(), next(files)
    return postgres.fresh(), postgres.fresh()


def all_rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of ours, as another program reads them; not of what is of the moment only."""
    if is_postgres(url):
        with psycopg.connect(url) as server:
            return _rows(lambda sql: server.execute(sql.encode()).fetchall(), "pg_tables WHERE schemaname = 'public'")
    with closing(sqlite3.connect(str(file_of(url)))) as file:
        return _rows(lambda sql: file.execute(sql).fetchall(), "sqlite_master WHERE type = 'table'")


def _rows(run: Callable[[str], list[tuple[Any, ...]]], catalog: str) -> dict[str, list[tuple[Any, ...]]]:
    column = "tablename" if catalog.startswith("pg_") else "name"
    found = run(f"SELECT {column} FROM {catalog}")  # noqa: S608 - our own names
    left_out = ("sqlite_", "alembic", "claims", "marks", "starts", "texts")
    names = [name for (name,) in found if not name.startswith(left_out)]
    return {name: sorted(run(f"SELECT * FROM {name}"), key=repr) for name in names}  # noqa: S608 - our own names


async def live_in(url: str) -> None:
    """Leave something in every table, numbers that were given and are free again among it."""
    database = await open_database(url)
    vault = Vault([bytes(32)])
    links, record = LinkStore(database, vault, panel=PANEL), RecordStore(database)
    intents = IntentStore(database, vault, panel=PANEL)
    for user in (ANN, BOB):
        await links.save(user, PanelAccount(1, f"åñn-{user}", is_admin=user == ANN), KEY, at=NOON)
    await database.write(lambda connection: [connection.execute(_LIKE_BOB, {"user": user}) for user in MANY])
    await intents.begin(ANN, "Berth 1", KEY, at=NOON)
    await links.swap(ANN, OWN, OwnKey("Berth 1", ("203.0.113.7",)), PastedKey("ptlc_…", "mark"))
    await intents.begin(BOB, "Berth 2", KEY, at=NOON)
    for notes in ("first", "last"):
        entry = Entry(BOB, NOON, "5e000001", "Survival", "notes", 2, "203.0.113.7:25566", None, {"notes": notes})
        number = await record.begin(entry)
    await record.withdraw(BOB, number)
    await Memory(database).remember("commands", {"a": 1})
    await database.close()


async def _number_after(url: str) -> int:
    database = await open_database(url)
    entry = Entry(BOB, NOON, "5e000001", "Survival", "notes", 2, "203.0.113.7:25566", None, None)
    number = await RecordStore(database).begin(entry)
    await database.close()
    return number


def moved(ways: tuple[str, str]) -> list[str]:
    """Move in a thread without a running loop, as the command line does."""
    return move(SETTINGS, *ways)


async def test_everything_is_moved_and_compared_and_opens_with_the_same_key(ways: tuple[str, str]) -> None:
    await live_in(ways[0])
    before = all_rows(ways[0])

    told = await asyncio.to_thread(moved, ways)
    after = all_rows(ways[1])

    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    assert f"links {len(MANY) + 2}" in told[0]
    key = Path(ways[0].removeprefix("sqlite:///")).with_name("encryption.key")
    kept = f"keep the file {key}, which opens them, and set ENCRYPTION_KEY_FILE to it or to where you put it."
    assert [line.endswith(kept) for line in told[2:]] == ([True] if not is_postgres(ways[0]) else [])
    assert [repr(row).replace("True", "1").replace("False", "0") for row in after["links"]] == [
        repr(row).replace("True", "1").replace("False", "0") for row in before["links"]
    ]
    assert {name: rows for name, rows in after.items() if name != "links"} == {
        name: rows for name, rows in before.items() if name != "links"
    }
    database = await open_database(ways[1])
    opened = await LinkStore(database, Vault([bytes(32)]), panel=PANEL).open(ANN)
    await database.close()
    assert opened is not None
    assert (opened[1], opened[0].account.is_admin) == (OWN, True)
    # The number of the entry that was taken back is not given to another.
    assert await _number_after(ways[1]) == 3


async def test_a_target_that_holds_anything_is_refused_and_stays_as_it_was(ways: tuple[str, str]) -> None:
    await live_in(ways[0])
    database = await open_database(ways[1])
    await Memory(database).remember("commands", {"b": 2})
    await database.close()
    before = all_rows(ways[1])

    with pytest.raises(StoreError, match="the target holds something already, in settings"):
        await asyncio.to_thread(moved, ways)

    assert all_rows(ways[1]) == before


async def test_a_move_that_fails_on_the_way_leaves_the_target_empty(ways: tuple[str, str]) -> None:
    await live_in(ways[0])
    await (await open_database(ways[1])).close()
    if is_postgres(ways[1]):
        with psycopg.connect(ways[1]) as server:
            server.execute("ALTER TABLE links ADD CHECK (user_id <> 2500)")
    else:
        with closing(sqlite3.connect(str(file_of(ways[1])))) as file:
            file.execute(
                "CREATE TRIGGER no BEFORE INSERT ON links WHEN new.user_id = 2500 "
                "BEGIN SELECT RAISE(ABORT, 'no more room'); END"
            )

    with pytest.raises(DatabaseFailed, match="nothing was moved: ") as caught:
        await asyncio.to_thread(moved, ways)

    assert "\n" not in str(caught.value)
    assert {len(rows) for rows in all_rows(ways[1]).values()} == {0}


async def test_what_does_not_come_out_the_same_is_not_kept(ways: tuple[str, str]) -> None:
    """As where the target's own rules change what is written to it."""
    await live_in(ways[0])
    await (await open_database(ways[1])).close()
    if is_postgres(ways[1]):
        with psycopg.connect(ways[1]) as server:
            server.execute(
                "CREATE FUNCTION other() RETURNS trigger AS 'BEGIN NEW.panel_username = ''x''; RETURN NEW; END' "
                "LANGUAGE plpgsql"
            )
            server.execute("CREATE TRIGGER other BEFORE INSERT ON links FOR EACH ROW EXECUTE FUNCTION other()")
    else:
        with closing(sqlite3.connect(str(file_of(ways[1])))) as file:
            file.execute(
                "CREATE TRIGGER other AFTER INSERT ON links "
                "BEGIN UPDATE links SET panel_username = 'x' WHERE user_id = new.user_id; END"
            )

    with pytest.raises(StoreError, match="nothing was moved: links differs after the copy"):
        await asyncio.to_thread(moved, ways)

    assert {len(rows) for rows in all_rows(ways[1]).values()} == {0}


@pytest.mark.parametrize("place", ["source", "target"])
async def test_nothing_is_moved_while_a_bot_of_another_role_is_connected(postgres: Server, place: str) -> None:
    """As where the bot logs in as one role, and whoever moves as another, neither of which sees all of the other."""
    source, target = postgres.fresh(), postgres.fresh()
    await live_in(source)
    await (await open_database(target)).close()
    postgres.execute("CREATE ROLE app LOGIN SUPERUSER", "CREATE ROLE mover LOGIN", "GRANT pg_write_all_data TO mover")
    postgres.execute("GRANT pg_read_all_data TO mover")
    bot = await open_database((source if place == "source" else target).replace("berth@", "app@"))
    try:
        await Memory(bot).recall("commands")
        with pytest.raises(StoreError, match="a bot is connected to"):
            await asyncio.to_thread(moved, (source.replace("berth@", "mover@"), target.replace("berth@", "mover@")))
    finally:
        await bot.close()
        postgres.execute("DROP ROLE app", "DROP ROLE mover")

    assert {len(rows) for rows in all_rows(target).values()} == {0}


async def test_nothing_is_moved_while_a_bot_runs_on_the_source(ways: tuple[str, str]) -> None:
    await live_in(ways[0])
    with only_bot_on(ways[0]):
        bot = await open_database(ways[0])
        await Memory(bot).recall("commands")
        try:
            with pytest.raises(StoreError, match=r"another bot runs on|a bot is connected to"):
                await asyncio.to_thread(moved, ways)
        finally:
            await bot.close()


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no database .*old\.db to move"):
        move(SETTINGS, f"sqlite:///{tmp_path / 'old.db'}", f"sqlite:///{tmp_path / 'new.db'}")

    assert list(tmp_path.iterdir()) == []


async def test_a_name_with_what_a_server_keeps_in_no_text_is_moved_without_it(tmp_path: Path, postgres: Server) -> None:
    source, target = f"sqlite:///{tmp_path / 'old' / 'berth.db'}", postgres.fresh()
    await live_in(source)
    with closing(sqlite3.connect(str(file_of(source)))) as file:
        file.execute("UPDATE changes SET server_name = 'Sur' || char(0) || 'vival'")
        file.commit()

    await asyncio.to_thread(moved, (source, target))

    with psycopg.connect(target) as server:
        assert server.execute("SELECT DISTINCT server_name FROM changes").fetchall() == [("Survival",)]


async def test_a_move_whose_commit_is_not_answered_is_not_said_to_have_moved_nothing(
    tmp_path: Path, postgres: Server
) -> None:
    source, name = f"sqlite:///{tmp_path / 'old' / 'berth.db'}", postgres.fresh().rpartition("/")[2]
    await live_in(source)
    await (await open_database(postgres.url(name))).close()
    with proxy_before(postgres.port) as proxy:
        target = postgres.url(name, port=proxy.port) + UNENCRYPTED
        proxy.meet(b"COMMIT", Fault.CUT_AFTER, times=1)
        with pytest.raises(DatabaseInDoubt) as caught:
            await asyncio.to_thread(moved, (source, target))
        with pytest.raises(StoreError) as again:
            await asyncio.to_thread(moved, (source, target))

    said = str(caught.value)
    assert said.startswith("it is not known whether everything was moved")
    assert "nothing was moved" not in said.partition(": ")[0]
    assert "move once more" in said
    assert all_rows(postgres.url(name)) == all_rows(source)
    assert "the target holds something already" in str(again.value)
