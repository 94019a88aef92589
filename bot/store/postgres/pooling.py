"""Whether a pooler stands before the server that keeps no session for its client: locks and news are lost there."""

from __future__ import annotations

import psycopg

from bot.store.errors import StoreError
from bot.store.postgres.address import place_of
from bot.store.postgres.rows import NamedRow
from bot.store.postgres.session import plain_connection

HEARS_WITHIN = 2.0
"""Seconds in which a word to oneself has come back, by way of a pooler that lets it."""


def refuse_pooled(connection: psycopg.Connection[NamedRow], url: str) -> None:
    """Raise StoreError where the server's sessions are not this client's own; raises psycopg's errors."""
    (process,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    # A pooler gives its clients numbers of its own making.
    if process == connection.info.backend_pid:
        return
    connection.execute("LISTEN berth_pooling")
    with plain_connection(url) as other:
        other.execute("SELECT pg_notify('berth_pooling', '')")
    if not list(connection.notifies(timeout=HEARS_WITHIN, stop_after=1)):
        raise StoreError(
            f"{place_of(url)} is a pooler that keeps no session for its client, so that locks and news would be lost: "
            "set pool_mode = session there (that is PgBouncer's name for it), or let DATABASE_URL lead to the server "
            "itself"
        )
