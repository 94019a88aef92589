"""The links of a new database."""

from __future__ import annotations

import pytest

from bot.store.database import Database
from bot.store.links import LinkStore
from bot.store.vault import Vault
from tests.store.links.people import MASTER, PANEL


@pytest.fixture
def store(database: Database) -> LinkStore:
    """Return the links of a new database."""
    return LinkStore(database, Vault([MASTER]), panel=PANEL)
