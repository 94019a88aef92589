"""Opening a database of a PostgreSQL server: reached, with the current schema, and a few connections to work on."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

import psycopg

from bot.store import lane
from bot.store.contents import refuse_newer
from bot.store.errors import Cause, DatabaseUnusable, StoreError
from bot.store.migrations import HEAD
from bot.store.postgres.address import place_of
from bot.store.postgres.failures import failure_at_start
from bot.store.postgres.fitness import refuse_tables, refuse_unfit
from bot.store.postgres.pool import Pool
from bot.store.postgres.pooling import refuse_pooled
from bot.store.postgres.rows import NamedRow
from bot.store.postgres.session import Session, plain_connection
from bot.store.postgres.wayin import failure_to_get_in

log = logging.getLogger(__name__)
WRITERS, READERS = 3, 2
"""Connections at most; those that read wait for none that writes."""
_REVISION = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True)
class Pools:
    """What writes, and what reads meanwhile."""

    writing: Pool
    reading: Pool


async def open_pools(url: str, *, migrate: bool) -> Pools:
    """Return the connections to a database with the current schema; without `migrate` nothing is made or changed.

    Raises StoreError for what must be put right first, DatabaseFailed for a server that does not answer now, or
    takes no writes where some are to be made.
    """
    await asyncio.get_running_loop().run_in_executor(None, partial(_make_ready, url, migrate=migrate))
    connect = partial(Session, url, waits=lane.PATIENCE, works=lane.PATIENCE + lane.SILENCE)
    return Pools(Pool(connect, size=WRITERS, name="database"), Pool(connect, size=READERS, name="database reader"))


async def look_at(url: str) -> str:
    """Return in a few words which server this is and how it is reached; nothing is made or changed.

    Raises StoreError for what must be put right first, as a replica that takes no writes; DatabaseFailed for a server
    that does not answer now.
    """
    return await asyncio.get_running_loop().run_in_executor(None, _described, url)


def revision_on(connection: psycopg.Connection[NamedRow]) -> str | None:
    """Return the schema's revision, None for a database that no version of the bot has written to."""
    [there] = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone() or (False,)
    found = connection.execute(_REVISION).fetchone() if there else None
    return None if found is None else str(found[0])


def _described(url: str) -> str:
    with _reached(url) as connection:
        refuse_unfit(connection, url)
        try:
            revision = refuse_newer(revision_on(connection))
            read_only = _takes_no_writes(connection)
            if not read_only:
                refuse_pooled(connection, url)
            info = connection.info
            version = f"{info.server_version // 10_000}.{info.server_version % 10_000}"
            if read_only:
                raise StoreError(_read_only(url))
            if revision is None:
                refuse_tables(connection, url)
        except psycopg.Error as problem:
            raise failure_at_start(problem) from None
        words = f"{place_of(url)}, PostgreSQL {version}, {'with' if info.pgconn.ssl_in_use else 'without'} TLS"
        return f"opens: {words}" if revision else f"opens: {words}; the first start makes its tables"


def _make_ready(url: str, *, migrate: bool) -> None:
    with _reached(url) as connection:
        refuse_unfit(connection, url)
        try:
            revision = refuse_newer(revision_on(connection))
            if not migrate:
                return
            if _takes_no_writes(connection):
                # It may be promoted any moment: whoever starts the bot again finds that by itself.
                raise DatabaseUnusable(_read_only(url), cause=Cause.READ_ONLY)
            refuse_pooled(connection, url)
            if revision == HEAD:
                return
            if revision is None:
                refuse_tables(connection, url)
            # Alembic and SQLAlchemy under it are slow to import, take 20 MB, and are needed only here.
            from bot.store.postgres.upgrade import upgrade  # noqa: PLC0415

            upgrade(url)
        except psycopg.Error as problem:
            raise failure_at_start(problem) from None
    log.info("Database schema: %s, was %s", HEAD, revision or "empty")


def _takes_no_writes(connection: psycopg.Connection[NamedRow]) -> bool:
    (read_only,) = connection.execute("SHOW transaction_read_only").fetchone() or ("off",)
    return bool(read_only == "on")


def _read_only(url: str) -> str:
    return (
        f"{place_of(url)} takes no writes, as a replica or one with default_transaction_read_only, which is on the "
        "server's side: promote it, take that setting back, or let DATABASE_URL lead to the primary, and start again"
    )


def _reached(url: str) -> psycopg.Connection[NamedRow]:
    try:
        return plain_connection(url)
    except psycopg.Error as problem:
        raise failure_to_get_in(problem, url) from None
