"""What each command needs of the settings: all that is wrong with that is named at once, and nothing else asked for."""

from __future__ import annotations

import pytest

from bot.store.database import open_database
from bot.store.keyfile import FILE_NAME, load_or_create
from tests.cli.terminal import TOKEN, Terminal

NO_USE: dict[str, str | None] = {
    "DISCORD_TOKEN": None,
    "PANEL_URL": None,
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "xml",
    "HISTORY_DAYS": "0",
    "PANEL_CA_FILE": "nowhere.pem",
    "SHARD_COUNT": "0",
}
"""Of no use to any command but the bot itself."""
EVERYTHING: dict[str, tuple[str | None, str]] = {
    "DISCORD_TOKEN": ("hunter2 hunter2 hunter2", "DISCORD_TOKEN is not a bot token"),
    "PANEL_URL": ("https://me:hunter2@panel.example.com", "PANEL_URL must not hold a user name or password"),
    "ENCRYPTION_KEY": ("hunter2hunter2", "ENCRYPTION_KEY is not 32 bytes"),
    "DATABASE_URL": ("mysql://me:hunter2@host/berth", "DATABASE_URL must name a SQLite file or a PostgreSQL server"),
    "LOG_LEVEL": ("LOUD", "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR"),
    "HISTORY_DAYS": ("0", "HISTORY_DAYS must be a whole number from 1 to 3650"),
    "PANEL_CA_FILE": ("empty.pem", "PANEL_CA_FILE holds no certificates in PEM form"),
    "METRICS": ("9464", "METRICS must be an address and a port"),
    "KEY_SWAP": ("never", "KEY_SWAP must be ask, always or off"),
}


async def made(terminal: Terminal) -> None:
    """Make the default database and its key in the terminal's folder."""
    await (await open_database(f"sqlite:///{terminal.folder / 'data' / 'berth.db'}")).close()
    load_or_create(terminal.folder / "data" / FILE_NAME)


async def test_the_start_names_every_bad_setting_at_once_in_a_line_each_and_shows_no_secret(terminal: Terminal) -> None:
    (terminal.folder / "empty.pem").touch()

    said = await terminal.run(**{name: value for name, (value, _) in EVERYTHING.items()})

    lines = said.err.splitlines()
    for _, words in EVERYTHING.values():
        (found,) = [line for line in lines if line.startswith(f"berth: {words}")]
        assert found.endswith("; see .env.example")
    assert len(lines) == len(EVERYTHING)
    assert "hunter2" not in said.err + said.out
    assert said.code == 2
    assert terminal.files == {"empty.pem"}


async def test_rotating_needs_neither_token_nor_panel(terminal: Terminal) -> None:
    await made(terminal)

    said = await terminal.run("rotate-key", **NO_USE)

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Links sealed again under the first key: 0")
    assert len((terminal.folder / "data" / FILE_NAME).read_text().split()) == 2


@pytest.mark.parametrize(
    ("settings", "complaints"),
    [
        ({"ENCRYPTION_KEY": "hunter2hunter2"}, ["ENCRYPTION_KEY is not 32 bytes"]),
        ({"ENCRYPTION_KEY_FILE": "/nowhere/key"}, ["ENCRYPTION_KEY_FILE cannot be read: No such file"]),
        ({"DATABASE_URL": "berth.db"}, ["DATABASE_URL is not a database URL"]),
        (
            {"DATABASE_URL": "mysql://hunter2@h/b", "ENCRYPTION_KEY": "hunter2hunter2"},
            ["DATABASE_URL must name a SQLite file", "ENCRYPTION_KEY is not 32 bytes"],
        ),
    ],
    ids=["key", "key file", "database", "both"],
)
async def test_rotating_refuses_a_bad_key_and_a_bad_database_at_once_and_changes_nothing(
    terminal: Terminal, settings: dict[str, str | None], complaints: list[str]
) -> None:
    await made(terminal)
    before = (terminal.folder / "data" / FILE_NAME).read_bytes()

    said = await terminal.run("rotate-key", **NO_USE | settings)

    assert len(said.err.splitlines()) == len(complaints)
    for complaint in complaints:
        assert f"berth: {complaint}" in said.err
    assert "hunter2" not in said.err + said.out
    assert said.code == 2
    assert (terminal.folder / "data" / FILE_NAME).read_bytes() == before


async def test_backup_and_restore_need_the_database_alone(terminal: Terminal) -> None:
    await made(terminal)
    unread = {"ENCRYPTION_KEY_FILE": "/nowhere/key"}

    backed_up = await terminal.run("backup", "copy.db", **NO_USE | unread)
    restored = await terminal.run("restore", "copy.db", **NO_USE | unread)

    # The key is not where it would be without the setting, and that is not said either.
    assert "it is in the file that ENCRYPTION_KEY_FILE names;" in backed_up.out
    assert (backed_up.code, backed_up.err) == (0, "")
    assert restored.out.startswith("Restored ")
    assert (restored.code, restored.err) == (0, "")


async def test_move_needs_no_setting_at_all(terminal: Terminal) -> None:
    await made(terminal)
    databases = ("--from", f"sqlite:///{terminal.folder / 'data' / 'berth.db'}", "--to", "sqlite:///new/berth.db")

    said = await terminal.run("move", *databases, **NO_USE | {"DATABASE_URL": "nonsense", "ENCRYPTION_KEY": "x"})

    assert said.out.startswith("Moved everything")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("metrics", [None, "127.0.0.1:9"])
async def test_health_needs_the_two_settings_that_say_where_to_look(terminal: Terminal, metrics: str | None) -> None:
    said = await terminal.run("health", **NO_USE | {"ENCRYPTION_KEY": "x", "METRICS": metrics})

    assert said.out.startswith("unhealthy: no bot ")
    assert (said.code, said.err) == (1, "")


async def test_a_start_with_one_bad_setting_still_ends_with_one_line(terminal: Terminal) -> None:
    said = await terminal.run(DISCORD_TOKEN=TOKEN, LOG_LEVEL="LOUD")

    assert said.complaint == "berth: LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR; see .env.example"
