"""A server that is reached by TLS and asks for a password: what is verified, where the password stands, who sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.certificates import certified
from tests.ports import free_port
from tests.postgres.server import Server, running_server
from tests.process.harbour import Harbour

KEY = "QmVydGggdGVzdHMgd2l0aCB0aGlzIGtleSBvbmx5ISE="
PASSWORD, NEXT_PASSWORD, WRONG = "Sesame-of-the-tests-4711", "Sesame-of-the-morrow-0815", "Not-sesame-but-secret-0042"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'berth-%'"


@dataclass
class Safe:
    """A server that lets `keeper` in by TLS and with a password only, and whom to trust for it."""

    server: Server
    authority: Path
    other_authority: Path

    def fresh(self) -> str:
        """Return the name of a new database of `keeper`'s."""
        name = self.server.fresh().rpartition("/")[2]
        self.server.execute(f"ALTER DATABASE {name} OWNER TO keeper", f"ALTER ROLE keeper PASSWORD '{PASSWORD}'")
        return name

    def url(self, database: str, options: str, *, password: str = "", host: str = "127.0.0.1") -> str:
        """Return an address for `keeper`."""
        login = f"keeper:{password}" if password else "keeper"
        return f"postgresql://{login}@{host}:{self.server.port}/{database}?{options}"

    @property
    def verified(self) -> str:
        """The options with which nobody in between goes unnoticed."""
        return f"sslmode=verify-full&sslrootcert={self.authority}"


@pytest.fixture(scope="module")
def safe(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Safe]:
    """Yield a server with TLS."""
    if not postgres.execute("SELECT 1 FROM pg_settings WHERE name = 'ssl_library' AND setting <> ''"):
        pytest.skip("this PostgreSQL is built without TLS")
    made, folder = certified("127.0.0.1"), tmp_path_factory.mktemp("authorities")
    files = folder / "authority.pem", folder / "other.pem"
    for file, words in zip(files, (made.authority, certified("127.0.0.1").authority), strict=True):
        file.write_text(words)
    with running_server() as server:
        server.execute(f"CREATE ROLE keeper LOGIN PASSWORD '{PASSWORD}'")
        server.give("server.crt", made.certificate)
        server.give("server.key", made.key)
        server.give(
            "pg_hba.conf",
            "host all berth 127.0.0.1/32 trust\n"
            "hostssl all keeper 127.0.0.1/32 scram-sha-256\n"
            "hostnossl all keeper 127.0.0.1/32 reject\n",
        )
        server.stop()
        server.start("ssl=on")
        yield Safe(server, *files)


async def ran(harbour: Harbour, *command: str, **settings: Any) -> tuple[int, str]:
    """Run a command of the bot to its end; return its exit code and all that it said."""
    async with harbour.bot(*command, ENCRYPTION_KEY=KEY, **settings) as bot:
        code = await bot.ended()
    return code, "\n".join([*bot.output, *bot.lines])


@pytest.fixture
def password_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that DATABASE_PASSWORD_FILE is to name."""
    file = tmp_path_factory.mktemp("secrets") / "database_password"
    file.write_text(f"{PASSWORD}\n")
    return file


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_check_reaches_a_server_by_tls_as_the_address_asks_for_it(
    harbour: Harbour, safe: Safe, password_file: Path, mode: str
) -> None:
    database = safe.fresh()
    url = safe.url(database, f"sslmode={mode}&sslrootcert={safe.authority}")

    _, said = await ran(harbour, "check", DATABASE_URL=url, DATABASE_PASSWORD_FILE=str(password_file))

    assert f"ok     database: opens: {database} at 127.0.0.1:{safe.server.port}, PostgreSQL " in said
    assert ", with TLS; the first start makes its tables" in said


async def test_all_the_bot_asks_goes_by_tls_and_a_new_password_in_the_file_is_used_without_a_restart(
    harbour: Harbour, safe: Safe, password_file: Path
) -> None:
    settings: dict[str, Any] = {
        "DATABASE_URL": safe.url(safe.fresh(), safe.verified),
        "DATABASE_PASSWORD_FILE": str(password_file),
    }
    async with harbour.bot(ENCRYPTION_KEY=KEY, **settings) as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        before = await harbour.open_panel(member)
        encrypted = safe.server.execute(
            "SELECT count(*), bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
            "WHERE application_name LIKE 'berth-%'"
        )
        put_in(password_file, NEXT_PASSWORD)
        safe.server.execute(f"ALTER ROLE keeper PASSWORD '{NEXT_PASSWORD}'", CUT)
        after = await harbour.open_panel(member)
        bot.terminate()
        await bot.ended()

    assert "25566" in before.text
    assert "25566" in after.text
    [(connections, by_tls)] = encrypted
    assert connections >= 4
    assert by_tls is True


def put_in(file: Path, password: str) -> None:
    """Write a password into its file, as an operator does."""
    file.write_text(password)


async def metrics_at(port: int) -> str:
    """Return what the bot tells of itself."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as response:
        return await response.text()


REFUSALS = {
    "a server without TLS": ("127.0.0.1", "sslmode=require", "does not support SSL"),
    "a server that asks for TLS": ("127.0.0.1", "sslmode=disable", "pg_hba.conf rejects connection"),
    "an authority that nobody trusts": ("127.0.0.1", "sslmode=verify-ca&sslrootcert={other}", "certificate verify"),
    "another name than certified": ("localhost", "sslmode=verify-full&sslrootcert={own}", "does not match host name"),
    "no such authority": ("127.0.0.1", "sslmode=verify-full&sslrootcert=/nowhere/ca.pem", "does not exist"),
    "a mode that is none": ("127.0.0.1", "sslmode=certainly", "invalid sslmode value"),
}


@pytest.mark.parametrize("what", REFUSALS)
async def test_what_is_not_as_secure_as_asked_for_is_refused_by_the_start_and_by_check(
    harbour: Harbour, safe: Safe, postgres: Server, what: str
) -> None:
    host, options, words = REFUSALS[what]
    options = options.format(own=safe.authority, other=safe.other_authority)
    url = safe.url(safe.fresh(), options, password=PASSWORD, host=host)
    if what == "a server without TLS":
        url = f"{postgres.fresh()}?{options}"

    code, checked = await ran(harbour, "check", DATABASE_URL=url)
    start, complaint = await ran(harbour, "run", DATABASE_URL=url)

    assert (code, start) == (2, 2)
    [line] = [line for line in checked.splitlines() if "database:" in line]
    assert line.startswith("FAILED database: the database cannot be opened: ")
    assert words in line
    assert words in complaint.splitlines()[-1]
    assert complaint.splitlines()[-1].startswith("berth: the database cannot be opened: ")
    assert PASSWORD not in checked + complaint


@pytest.mark.parametrize("place", ["DATABASE_PASSWORD_FILE", "passfile", "PGPASSFILE", "the address"])
async def test_the_password_works_from_each_place_and_is_shown_nowhere(
    harbour: Harbour, safe: Safe, password_file: Path, place: str
) -> None:
    """Not in a log of everything, an answer, a metric, an error, or what `check` and the others say."""
    port, database, options = free_port(), safe.fresh(), safe.verified
    in_libpqs_form = password_file.with_name("pgpass")
    in_libpqs_form.write_text(f"*:*:*:keeper:{PASSWORD}\n")
    in_libpqs_form.chmod(0o600)
    given: dict[str, str] = {}
    if place == "passfile":
        options += f"&passfile={in_libpqs_form}"
    elif place != "the address":
        given[place] = str(password_file if place == "DATABASE_PASSWORD_FILE" else in_libpqs_form)
    url = safe.url(database, options, password=PASSWORD if place == "the address" else "")
    settings: dict[str, Any] = {"DATABASE_URL": url, "LOG_LEVEL": "DEBUG", "METRICS": f"127.0.0.1:{port}", **given}

    async with harbour.bot(ENCRYPTION_KEY=KEY, **settings) as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        listed = await harbour.open_panel(member)
        safe.server.stop("immediate")
        while_away = await (await harbour.annotate(member, "while it is away")).wait_for_answer()
        safe.server.start("ssl=on")
        metrics = await metrics_at(port)
        _, well = await ran(harbour, "health", DATABASE_URL=url, METRICS=f"127.0.0.1:{port}")
        bot.terminate()
        assert await bot.ended() == 0
    _, checked = await ran(harbour, "check", **settings)
    _, rotated = await ran(harbour, "rotate-key", **settings)
    bad, refused = await ran(harbour, "check", DATABASE_URL=safe.url(database, safe.verified, password=WRONG))
    _, unreadable = await ran(harbour, "check", DATABASE_URL=safe.url(database, "nonsense=1", password=PASSWORD))

    assert "25566" in listed.text
    assert "❌" in while_away.text
    assert "berth_" in metrics
    assert f"ok     database: opens: {database}" in checked
    assert bad == 2
    assert "FAILED database: the database cannot be opened: " in refused
    assert "is not an address that PostgreSQL understands" in unreadable
    shown = [*bot.lines, *bot.output, listed.text, while_away.text]
    shown += [metrics, well, checked, rotated, refused, unreadable]
    assert sum(" DEBUG " in line for line in bot.lines) > 3
    assert [text for text in shown if PASSWORD in text or WRONG in text] == []
