"""A database of a server as SQLAlchemy knows it, for what is done once: the migrations, and a move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from bot.store.errors import DatabaseUnusable, StoreError
from bot.store.postgres.address import dsn_of
from bot.store.postgres.failures import never_lets_in, told


@contextmanager
def engine_on(url: str) -> Iterator[Engine]:
    """Yield an engine with one connection; raise StoreError or DatabaseUnusable, with one line, if there is none."""
    try:
        connection = psycopg.connect(dsn_of(url))
    except psycopg.Error as problem:
        if never_lets_in(problem):
            raise StoreError(f"the database cannot be opened: {told(problem)}") from None
        raise DatabaseUnusable(told(problem)) from None
    with closing(connection):
        yield create_engine(
            "postgresql+psycopg://",
            creator=lambda: connection,
            poolclass=StaticPool,
            hide_parameters=True,
            use_native_hstore=False,
        )
