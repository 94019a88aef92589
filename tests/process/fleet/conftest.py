"""The database that the processes share."""

from __future__ import annotations

import pytest

from tests.postgres.server import Server


@pytest.fixture
def url(postgres: Server) -> str:
    """Return the address of a new database."""
    return postgres.fresh()
