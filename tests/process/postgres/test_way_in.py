"""A server that does not let the bot in: which password, role or database is meant, and what to do, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import open_database
from tests.postgres.server import Server, running_server
from tests.process.commands import ran
from tests.process.harbour import Harbour

RIGHT, WRONG = "Sesame-of-the-tests-4711", "Not-sesame-but-secret-0042"
NAME_A_FILE = "; name a file that holds it in DATABASE_PASSWORD_FILE, or as password_file= in the address"


@pytest.fixture(scope="module")
def guarded(postgres: Server) -> Iterator[Server]:
    """Yield a server that asks `keeper` for a password, and nobody else."""
    with running_server() as server:
        server.execute(f"CREATE ROLE keeper LOGIN PASSWORD '{RIGHT}'")
        server.give("pg_hba.conf", "host all keeper all scram-sha-256\nhost all all all trust\n")
        server.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Return a file with a password that is not the role's."""
    file = tmp_path / "password"
    file.write_text(f"{WRONG}\n")
    return file


@pytest.fixture
async def old(tmp_path: Path) -> str:
    """Return the address of a file to move."""
    url = f"sqlite:///{tmp_path / 'old' / 'berth.db'}"
    await (await open_database(url)).close()
    return url


async def test_a_wrong_password_is_told_with_where_it_was_taken_from(
    harbour: Harbour, guarded: Server, wrong: Path, old: str
) -> None:
    place = f"@127.0.0.1:{guarded.port}/postgres"
    in_file = f"postgresql://keeper{place}?password_file={wrong}"

    told = {
        f"the file {wrong}": [
            await ran(harbour, DATABASE_URL=f"postgresql://keeper{place}", DATABASE_PASSWORD_FILE=str(wrong)),
            await ran(harbour, "move", "--from", old, "--to", in_file),
            await ran(harbour, "move", "--from", in_file, "--to", f"{old}-new"),
        ],
        "the address": [await ran(harbour, DATABASE_URL=f"postgresql://keeper:{WRONG}{place}")],
        "the address, where a % that belongs to it is written %25": [
            await ran(harbour, DATABASE_URL=f"postgresql://keeper:{WRONG}50%41{place}")
        ],
        "where libpq looks (passfile=, PGPASSFILE, PGPASSWORD)": [
            await ran(harbour, DATABASE_URL=f"postgresql://keeper{place}", PGPASSWORD=WRONG)
        ],
    }

    for where, ended in told.items():
        for code, said in ended:
            assert code == 2
            assert said.startswith("berth: the database cannot be opened: ")
            assert 'password authentication failed for user "keeper"' in said
            step = f"; the password was taken from {where}: see that it is the one which the role has"
            assert said.endswith(step)
            assert WRONG not in said


async def test_without_a_password_a_line_says_how_to_give_one_to_the_bot_and_to_move(
    harbour: Harbour, guarded: Server, wrong: Path, old: str
) -> None:
    url = f"postgresql://keeper@127.0.0.1:{guarded.port}/postgres"

    ended = await ran(harbour, DATABASE_URL=url)
    # It goes by its two addresses alone: a setting does not say for which of them it is.
    moved = await ran(harbour, "move", "--from", old, "--to", url, DATABASE_PASSWORD_FILE=str(wrong))

    for code, said in (ended, moved):
        assert code == 2
        assert said.endswith(f"no password supplied{NAME_A_FILE}")


async def test_a_database_that_is_not_there_is_made_by_the_command_that_is_told(
    harbour: Harbour, postgres: Server, old: str
) -> None:
    url = postgres.url("bert")

    ended = await ran(harbour, DATABASE_URL=url)
    moved = await ran(harbour, "move", "--from", old, "--to", url)

    createdb = "createdb --owner=berth --encoding=UTF8 --locale=C --template=template0 bert"
    step = f"; name another in the address, or make it by {createdb} as the server's administrator"
    for code, said in (ended, moved):
        assert code == 2
        assert said.endswith(f'database "bert" does not exist{step} (docs/operations/postgresql.md)')
    program, *options = createdb.split()
    postgres.run(program, "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "berth", *options)
    assert "ok     database: opens: bert at " in (await ran(harbour, "check", DATABASE_URL=url))[1]


async def test_a_role_that_is_not_there_is_told_with_what_makes_it(harbour: Harbour, postgres: Server) -> None:
    code, said = await ran(harbour, DATABASE_URL=postgres.url().replace("berth@", "bert@"))

    assert code == 2
    assert 'role "bert" does not exist; name another in the address, or make it by createuser --pwprompt bert' in said


async def test_a_password_file_that_move_cannot_read_is_named(harbour: Harbour, postgres: Server, old: str) -> None:
    url = f"{postgres.url()}?password_file=/nowhere/password"

    code, said = await ran(harbour, "move", "--from", old, "--to", url)

    assert (code, said) == (
        2,
        "berth: the password file /nowhere/password cannot be read: No such file or directory; see that this user can "
        "read it there, or name another in DATABASE_PASSWORD_FILE or by password_file=",
    )


@pytest.mark.parametrize(
    ("given", "meant"), [("ssl_mode=disable", "sslmode"), ("passwordfile=/run/secret", "password_file")]
)
async def test_a_misspelt_option_of_the_address_is_named_with_the_one_that_is_meant(
    harbour: Harbour, postgres: Server, old: str, given: str, meant: str
) -> None:
    url = f"{postgres.url()}?connect_timeout=2&{given}"
    words = f"has an option {given.partition('=')[0]}, which PostgreSQL does not know; is {meant} meant?"

    _, checked = await ran(harbour, "check", DATABASE_URL=url)
    ended = await ran(harbour, DATABASE_URL=url)
    moved = await ran(harbour, "move", "--from", old, "--to", url)

    assert f"FAILED database: DATABASE_URL {words}" in checked.splitlines()
    assert ended == (2, f"berth: DATABASE_URL {words}")
    assert moved == (2, f"berth: --to {words}")
