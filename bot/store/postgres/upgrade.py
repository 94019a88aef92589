"""Bringing a database of a server up to date; of several processes that start at once, one does it."""

from __future__ import annotations

from contextlib import closing

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from bot.store.postgres.address import dsn_of
from bot.store.upgrade import run_missing

_WAITS = "SET lock_timeout = '60s'"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4252616971)"
"""A number of this bot's own; the lock ends with the transaction, however that ends."""


def upgrade(url: str) -> None:
    """Run the missing migrations, all at once or not at all; raise StoreError with one line if one of them fails."""
    # A connection as SQLAlchemy knows it.
    with closing(psycopg.connect(dsn_of(url))) as plain:
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: plain,
            poolclass=StaticPool,
            hide_parameters=True,
            use_native_hstore=False,
        )
        run_missing(engine, first=(_WAITS, _ONE_AT_A_TIME))
