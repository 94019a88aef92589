"""Settings as they are taken: from the environment, the file or a file of secrets; a forgivable address is forgiven."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.settings import GivenSettings, accepted, read_settings
from bot.shards import shards_of_process
from tests.cli.terminal import TOKEN, Terminal


async def test_the_environment_wins_over_the_file(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_text("LOG_LEVEL=LOUD\nPANEL_URL=nonsense\nDISCORD_TOKEN=changeme\n")

    said = await terminal.run("check", LOG_LEVEL="INFO")

    assert "ok     settings: panel http://127.0.0.1:9/" in said.out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://panel.example.com", "https://panel.example.com/"),
        ("https://panel.example.com/", "https://panel.example.com/"),
        ("https://panel.example.com//", "https://panel.example.com/"),
        ("https://panel.example.com/api", "https://panel.example.com/"),
        ("https://panel.example.com/api/", "https://panel.example.com/"),
        ("https://panel.example.com/api/client", "https://panel.example.com/"),
        ("https://panel.example.com/api/client/", "https://panel.example.com/"),
        ("  https://panel.example.com  ", "https://panel.example.com/"),
        ("https://Panel.Example.com", "https://panel.example.com/"),
        ("https://panel.example.com?x=1#y", "https://panel.example.com/"),
        ("https://example.com/panel", "https://example.com/panel/"),
        ("https://example.com/panel/api", "https://example.com/panel/"),
        ("https://api.example.com", "https://api.example.com/"),
        ("http://localhost:8000", "http://localhost:8000/"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example/"),
    ],
)
def test_a_forgivable_panel_address_is_forgiven(environment: pytest.MonkeyPatch, typed: str, meant: str) -> None:
    environment.setenv("PANEL_URL", typed)

    found = accepted(read_settings(), {}).panel_url

    assert found in (meant, meant.replace("xn--mnchen-3ya", "münchen"))


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("http://panel.example.com", True),
        ("http://192.0.2.1", True),
        ("http://localhost.example.com", True),
        ("https://panel.example.com", False),
        ("http://localhost", False),
        ("http://127.0.0.1:8000", False),
        ("http://127.1.2.3", False),
        ("http://[::1]", False),
    ],
)
def test_plain_http_warns_off_this_machine_only(
    environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str, warned: bool
) -> None:
    environment.setenv("PANEL_URL", address)

    accepted(read_settings(), {})

    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert bool(warnings) is warned
    assert all("every key crosses the network unencrypted" in warning for warning in warnings)


def test_a_secret_in_a_file_is_read_and_one_in_the_environment_wins(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    environment.setenv("PANEL_URL", "https://panel.example.com")
    environment.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))

    both = accepted(read_settings(), {}).discord_token.get_secret_value()
    environment.setenv("DISCORD_TOKEN", "")
    from_file = accepted(read_settings(), {}).discord_token.get_secret_value()

    assert both == from_file == TOKEN


def test_nothing_of_the_environment_is_in_settings_given_in_code(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ENCRYPTION_KEY_FILE", "/nowhere/key")
    environment.setenv("LOG_LEVEL", "LOUD")
    environment.setenv("HISTORY_DAYS", "7")

    given = GivenSettings(discord_token=TOKEN, panel_url="https://panel.example.com")

    assert (given.encryption_key, given.log_level, given.history_days) == (None, "INFO", 90)


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({"shard_count": 4}, (0, 1, 2, 3)),
        ({"shard_count": 16, "shard_ids": "0-3, 8"}, (0, 1, 2, 3, 8)),
        ({"shard_count": 16, "process": "4/4"}, (12, 13, 14, 15)),
        ({"shard_count": 10, "process": "2/4"}, (2, 3, 4)),
    ],
)
def test_a_process_knows_its_shards(given: dict[str, Any], ids: tuple[int, ...]) -> None:
    settings = GivenSettings(
        discord_token=TOKEN, panel_url="https://panel.example.com", database_url="postgresql://host/berth", **given
    )

    assert settings.shards is not None
    assert settings.shards.ids == ids


@pytest.mark.parametrize("processes", range(1, 17))
def test_every_shard_is_carried_by_one_of_the_processes(processes: int) -> None:
    carried = [shards_of_process(f"{number}/{processes}", 16).ids for number in range(1, processes + 1)]

    assert [shard for ids in carried for shard in ids] == list(range(16))
