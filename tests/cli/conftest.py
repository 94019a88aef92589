"""A terminal in an empty folder, and an environment of this process with next to nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from tests.cli.terminal import TOKEN, Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Return a terminal in an empty folder."""
    return Terminal(tmp_path)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return an environment with a token and nothing else of ours, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    return monkeypatch
