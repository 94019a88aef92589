"""Settings: a missing or bad one is named in a line with exit code 2, and no secret of it is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, accepted, read_settings
from tests.cli.terminal import TOKEN, Terminal

BAD: dict[str, tuple[dict[str, str | None], str]] = {
    "no token": ({"DISCORD_TOKEN": None}, "DISCORD_TOKEN is not set"),
    "empty token": ({"DISCORD_TOKEN": ""}, "DISCORD_TOKEN is not set"),
    "placeholder token": ({"DISCORD_TOKEN": "changeme"}, "DISCORD_TOKEN is not a bot token"),
    "token with a blank": ({"DISCORD_TOKEN": f"Bot {TOKEN}"}, "DISCORD_TOKEN is not a bot token"),
    "no panel": ({"PANEL_URL": None}, "PANEL_URL is not set"),
    "panel without a scheme": ({"PANEL_URL": "panel.example.com"}, "PANEL_URL must start with https://"),
    "panel of another kind": ({"PANEL_URL": "ftp://panel.example.com"}, "PANEL_URL must start with https://"),
    "panel without a host": ({"PANEL_URL": "https:///api"}, "PANEL_URL must start with https://"),
    "panel with a password": ({"PANEL_URL": "https://me:hunter2@panel.example.com"}, "PANEL_URL must not hold a user"),
    "two panels": (
        {"PANEL_URL": "https://one.example.com,https://two.example.com"},
        "PANEL_URL holds more than one address",
    ),
    "two panels without a scheme": ({"PANEL_URL": "https://one.example.com two.example.com"}, "PANEL_URL holds more"),
    "panel that is no address": ({"PANEL_URL": "https://[::1"}, "PANEL_URL is not a URL"),
    "panel with a wrong port": ({"PANEL_URL": "https://panel.example.com:99999"}, "PANEL_URL is not a URL"),
    "Discord that is no address": ({"DISCORD_API_URL": "discord"}, "DISCORD_API_URL must start with https://"),
    "support that is no address": ({"SUPPORT_URL": "ask me"}, "SUPPORT_URL must start with https://"),
    "unknown level": ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR"),
    "keys page that is no address": ({"PANEL_KEY_URL": "here"}, "PANEL_KEY_URL must start with https://"),
    "unknown way to swap": ({"KEY_SWAP": "never"}, "KEY_SWAP must be ask, always or off"),
    "unknown lock of keys": ({"KEY_ALLOWED_IPS": "10.0.0.1"}, "KEY_ALLOWED_IPS must be none or seen"),
    "unknown power": ({"POWER": "kill"}, "POWER must be restart or off"),
    "unknown check": ({"CHECK": "maybe"}, "CHECK must be on or off"),
    "unknown private check": ({"CHECK_PRIVATE": "lan"}, "CHECK_PRIVATE must be on or off"),
    "unknown sharers": ({"SHARE": "everyone"}, "SHARE must be anyone, permitted or off"),
    "no days": ({"HISTORY_DAYS": "0"}, "HISTORY_DAYS must be a whole number from 1 to 3650"),
    "days that are no number": ({"HISTORY_DAYS": "many"}, "HISTORY_DAYS must be a whole number from 1 to 3650"),
    "authority that is not there": ({"PANEL_CA_FILE": "/nowhere/ca.pem"}, "PANEL_CA_FILE "),
    "token file that is not there": (
        {"DISCORD_TOKEN": None, "DISCORD_TOKEN_FILE": "/nowhere/token"},
        "DISCORD_TOKEN_FILE cannot be read: No such file",
    ),
    "key file that is not there": ({"ENCRYPTION_KEY_FILE": "/nowhere/key"}, "ENCRYPTION_KEY_FILE cannot be read"),
    "malformed key": ({"ENCRYPTION_KEY": "hunter2hunter2"}, "ENCRYPTION_KEY is not 32 bytes"),
    "no database": ({"DATABASE_URL": "berth.db"}, "DATABASE_URL is not a database URL"),
    "key for no file": (
        {"DATABASE_URL": "sqlite://"},
        "ENCRYPTION_KEY or ENCRYPTION_KEY_FILE must be set when the database",
    ),
    "no number of shards": ({"SHARD_COUNT": "0"}, "SHARD_COUNT must be a whole number from 1 to 16000"),
    "shards of unknown number": (
        {"SHARD_IDS": "0-3"},
        "SHARD_IDS is of no use without SHARD_COUNT, the same in every process",
    ),
    "process of unknown number": (
        {"PROCESS": "1/4"},
        "PROCESS is of no use without SHARD_COUNT, the same in every process",
    ),
    "shards that are no numbers": (
        {"SHARD_COUNT": "4", "SHARD_IDS": "a few"},
        "SHARD_IDS must be numbers of shards, as in 0-3 or 0,4,8",
    ),
    "shard beyond the last": (
        {"SHARD_COUNT": "4", "SHARD_IDS": "2-4"},
        "SHARD_IDS names shard 4, and with SHARD_COUNT=4 the last one is 3",
    ),
    "shards backwards": ({"SHARD_COUNT": "4", "SHARD_IDS": "3-1"}, "SHARD_IDS names 3-1, which ends before it begins"),
    "process that is no process": ({"SHARD_COUNT": "4", "PROCESS": "one"}, "PROCESS must be which process of how many"),
    "process beyond the last": ({"SHARD_COUNT": "4", "PROCESS": "5/4"}, "PROCESS must be from 1/4 to 4/4"),
    "process of none": ({"SHARD_COUNT": "4", "PROCESS": "0/0"}, "PROCESS must be from 1/1 to 1/1"),
    "more processes than shards": (
        {"SHARD_COUNT": "2", "PROCESS": "1/4"},
        "PROCESS must not share 2 shard(s) among 4 processes",
    ),
    "shards said twice": (
        {"SHARD_COUNT": "4", "SHARD_IDS": "0-3", "PROCESS": "1/1"},
        "PROCESS must not be given beside SHARD_IDS: both say which shards this process carries",
    ),
    "several processes on SQLite": (
        {"SHARD_COUNT": "4", "PROCESS": "1/4"},
        "PROCESS must leave no shard to other processes, for a SQLite database is for one process alone",
    ),
    "database of another kind": (
        {"DATABASE_URL": "mysql://hunter2@h/b", "ENCRYPTION_KEY": "A" * 43 + "="},
        "DATABASE_URL must name a SQLite file or a PostgreSQL server (other databases are not supported), as in sqlite:///",
    ),
}


@pytest.mark.parametrize("setting", BAD)
async def test_a_bad_setting_is_named_in_one_line_and_ends_with_code_2(terminal: Terminal, setting: str) -> None:
    changed, words = BAD[setting]

    said = await terminal.run(**changed)

    complaint = next(line for line in said.err.splitlines() if line.startswith("berth: "))
    assert words in complaint
    assert "Traceback" not in said.err
    assert "hunter2" not in said.err + said.out
    assert said.code == 2


@pytest.mark.parametrize("setting", ["no token", "malformed key", "no database", "database of another kind"])
async def test_check_names_the_same_settings(terminal: Terminal, setting: str) -> None:
    changed, words = BAD[setting]

    said = await terminal.run("check", **changed)

    assert any(line.startswith("FAILED ") and words in line for line in said.out.splitlines()), said.out
    assert "hunter2" not in said.out + said.err
    assert "Traceback" not in said.err
    assert said.code == 2
    assert terminal.files == set()


async def test_a_file_in_another_encoding_is_named(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_bytes("SUPPORT_URL=https://grüße.example".encode("latin-1"))

    said = await terminal.run()

    assert said.complaint == "berth: .env is not UTF-8 text"
    assert said.code == 2


def test_settings_never_show_their_secrets(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PANEL_URL", "https://panel.example.com")
    environment.setenv("ENCRYPTION_KEY", "a-secret-key")
    settings = accepted(read_settings(), {})

    shown = f"{settings!r} {settings} {settings.model_dump()}"

    assert TOKEN not in shown
    assert "a-secret-key" not in shown


def test_a_refused_secret_is_not_quoted(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DISCORD_TOKEN", "hunter2 hunter2 hunter2")

    with pytest.raises(SettingsError) as caught:
        accepted(read_settings(), {})

    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


JUNK = (
    "",
    "0",
    "-1",
    "1.5",
    "1e3",
    "nan",
    "9" * 400,
    "many",
    "\u0660",
    "//",
    "http://",
    "https://[",
    "a\0b",
    "[]",
    "{}",
)


@pytest.mark.parametrize("junk", JUNK)
def test_whatever_a_setting_holds_what_is_wrong_is_said_in_words_of_our_own(
    environment: pytest.MonkeyPatch, tmp_path: Path, junk: str
) -> None:
    names = [name.upper() for name in Settings.model_fields]
    for name in names:
        environment.delenv(name, raising=False)
    (tmp_path / ".env").write_text("".join(f'{name}="{junk}"\n' for name in names))

    bad = read_settings().bad

    assert "panel_url" in bad
    for name, sentence in bad.items():
        assert re.match(
            rf"{name.upper()}(?:_FILE)? (?:is |must |holds |names |looks like |cannot be read)", sentence
        ), sentence
        assert not re.search(r"\b[Ii]nput|valid|errno|Errno|null byte|Value error", sentence), sentence
