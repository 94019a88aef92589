"""Fixtures: a folder for what is copied."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a folder for backups."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder
