"""Bringing a database of a server up to date; of several processes that start at once, one does it."""

from __future__ import annotations

from bot.store.postgres.alchemy import engine_on
from bot.store.upgrade import run_missing

_WAITS = "SET LOCAL lock_timeout = '60s'"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4252616971)"
"""A number of this bot's own; the lock ends with the transaction, however that ends."""


def upgrade(url: str) -> None:
    """Run the missing migrations, all at once or not at all; raise StoreError with one line if one of them fails."""
    with engine_on(url) as engine:
        run_missing(engine, first=(_WAITS, _ONE_AT_A_TIME))
