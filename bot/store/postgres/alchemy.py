"""A database of a server as SQLAlchemy knows it, for what is done once: the migrations, and a move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from bot.store.postgres.address import dsn_of
from bot.store.postgres.wayin import failure_to_get_in


@contextmanager
def engine_on(url: str) -> Iterator[Engine]:
    """Yield an engine with one connection; raise StoreError or DatabaseFailed, with one line, if there is none."""
    try:
        connection = psycopg.connect(dsn_of(url))
    except psycopg.Error as problem:
        raise failure_to_get_in(problem, url) from None
    with closing(connection):
        yield create_engine(
            "postgresql+psycopg://",
            creator=lambda: connection,
            poolclass=StaticPool,
            hide_parameters=True,
            use_native_hstore=False,
        )
