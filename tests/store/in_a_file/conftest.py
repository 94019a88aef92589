"""A database in a file, and a bot that waits for nothing longer than a moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import url_in


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a database in a file: what is said here is of SQLite."""
    return url_in(tmp_path)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be waited for longer than a moment."""
    monkeypatch.setattr("bot.store.lane.PATIENCE", 0.4)
    monkeypatch.setattr("bot.store.lane.BRIEF", 0.05)
    monkeypatch.setattr("bot.store.lane.SILENCE", 0.2)
