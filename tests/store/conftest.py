"""A database in a folder of its own, opened as the bot opens it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import Database, open_database


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a database that does not exist yet, in a folder that does not either."""
    return f"sqlite:///{tmp_path / 'data' / 'berth.db'}"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Yield a new database."""
    opened = await open_database(url)
    yield opened
    await opened.close()
