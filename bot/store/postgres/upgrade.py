"""Bringing a database of a server up to date; of several processes that start at once, one does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy.exc import DBAPIError

from bot.store.postgres.alchemy import engine_on
from bot.store.postgres.failures import failure_at_start
from bot.store.upgrade import run_missing

if TYPE_CHECKING:
    import psycopg

# Else who has waited for another to do it does not see that it is done.
_SEES_WHAT_IS_DONE = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"
_WAITS = "SET LOCAL lock_timeout = '60s'"
# What the server's owner allows a statement is meant for people's; not every version knows each of these.
_TAKES_ITS_TIME = """
    SELECT set_config(name, '0', true) FROM pg_settings
    WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4252616971)"
"""A number of this bot's own; the lock ends with the transaction, however that ends."""


def upgrade(url: str) -> None:
    """Run the missing migrations, all at once or not at all.

    Raises StoreError for what must be put right first, DatabaseFailed for what may pass, each with one line.
    """
    with engine_on(url) as engine:
        try:
            run_missing(engine, first=(_SEES_WHAT_IS_DONE, _TAKES_ITS_TIME, _WAITS, _ONE_AT_A_TIME))
        except DBAPIError as problem:
            raise failure_at_start(cast("psycopg.Error", problem.orig)) from None
