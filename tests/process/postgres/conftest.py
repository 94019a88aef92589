"""A PostgreSQL server whose statements are counted on their way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres.proxy import UNENCRYPTED, Proxy, proxy_before
from tests.postgres.server import Server


@pytest.fixture
def watched(postgres: Server) -> Iterator[tuple[Proxy, str]]:
    """Yield what counts the statements on their way to a new database, and its address."""
    name = postgres.fresh().rpartition("/")[2]
    with proxy_before(postgres.port) as proxy:
        yield proxy, postgres.url(name, port=proxy.port) + UNENCRYPTED
