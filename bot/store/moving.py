"""Moving everything from one database to another, whole or not at all: counted and compared before it is kept.

Only what a move needs is here, and it is the one place that goes by SQLAlchemy's tables: it makes the same of a truth
value, a number and bytes in both databases.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Select, Table, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from bot.store.address import NEEDS_EXTRA, file_of, is_postgres
from bot.store.connecting import connect
from bot.store.errors import DatabaseInDoubt, DatabaseUnusable, StoreError
from bot.store.migrations import HEAD

_ALEMBICS_OWN = "alembic_version"
_OF_THE_MOMENT = ("claims", "marks", "starts", "texts")
"""What processes on one PostgreSQL ask each other by: of no use elsewhere, nor later."""
_BATCH = 1_000
_LOOKS = 20
# Of whichever role: the name of an application is what the server shows everybody.
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND application_name LIKE 'berth-%'"
)
_LAST = text("SELECT seq FROM sqlite_sequence WHERE name = :name")


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: how many rows, and what they add up to in whatever order they come."""

    rows: int
    digest: int


def move_everything(source: str, target: str) -> dict[str, int]:
    """Copy all rows to a database that has the current schema and holds none; return how many, by table.

    Keys are copied as they are, sealed. Raises StoreError for what must be put right first, DatabaseUnusable for what
    may pass, each with one line; then the target holds nothing still, but for DatabaseInDoubt: then it may hold all.
    """
    on_its_way = False
    try:
        with ExitStack() as open_ones:
            reading = open_ones.enter_context(_engine(source, reads=True))
            writing = open_ones.enter_context(_engine(target, reads=False))
            old = open_ones.enter_context(reading.connect())
            new = open_ones.enter_context(writing.begin())
            counted = _moved(_begun(old, reads=True), _begun(new, reads=False))
            on_its_way = True
    except DBAPIError as problem:
        said = str(problem.orig).strip().splitlines()
        words = said[0] if said else type(problem.orig).__name__
        if on_its_way and problem.connection_invalidated:
            raise DatabaseInDoubt(
                f"it is not known whether everything was moved, for the last answer was lost ({words}): move once "
                "more; if that says that the target holds something already, everything is there"
            ) from None
        raise DatabaseUnusable(f"nothing was moved: {words}") from None
    except SQLAlchemyError as problem:
        raise StoreError(f"nothing was moved: {type(problem).__name__}") from None
    return counted


def _moved(old: Connection, new: Connection) -> dict[str, int]:
    theirs, ours = _tables(old), _tables(new)
    if set(theirs) != set(ours):
        raise StoreError(f"nothing was moved: the two differ in {', '.join(sorted(set(theirs) ^ set(ours)))}")
    for table in ours.values():
        if new.dialect.name == "postgresql":
            new.execute(text(f'LOCK TABLE "{table.name}" IN EXCLUSIVE MODE'))
        if new.execute(select(func.count()).select_from(table)).scalar_one():
            raise StoreError(f"nothing was moved: the target holds something already, in {table.name}")
    counted = {}
    for name, table in ours.items():
        expected = _copied(old, theirs[name], new, table)
        _go_on_counting(old, new, table)
        if (found := _sum(new, table)) != expected:
            raise StoreError(
                f"nothing was moved: {name} differs after the copy (rows: {expected.rows} before, {found.rows} after)"
            )
        counted[name] = expected.rows
    return counted


def _copied(old: Connection, theirs: Table, new: Connection, ours: Table) -> Sum:
    rows = digest = 0
    with old.execute(_all(theirs)) as found:
        for batch in found.mappings().partitions():
            kept = [_kept_by(new, dict(row)) for row in batch]
            new.execute(ours.insert(), kept)
            rows += len(batch)
            digest += sum(_digest(tuple(row.values())) for row in kept)
    return Sum(rows, digest)


def _kept_by(target: Connection, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without U+0000, which a file keeps in a name and PostgreSQL in none."""
    if target.dialect.name != "postgresql":
        return row
    return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in row.items()}


def _sum(connection: Connection, table: Table) -> Sum:
    rows = digest = 0
    with connection.execute(_all(table)) as found:
        for row in found:
            rows += 1
            digest += _digest(tuple(row))
    return Sum(rows, digest)


def _all(table: Table) -> Select[Any]:
    return select(*sorted(table.columns, key=lambda column: column.name)).execution_options(yield_per=_BATCH)


def _digest(values: tuple[object, ...]) -> int:
    plain = tuple(bytes(value) if isinstance(value, memoryview) else value for value in values)
    return int.from_bytes(hashlib.sha256(repr(plain).encode()).digest())


def _go_on_counting(old: Connection, new: Connection, table: Table) -> None:
    """Let a table whose rows are numbered give no number again, not those of deleted rows either."""
    if [column.name for column in table.primary_key] != ["id"]:
        return
    last = _last_number(old, table.name)
    if not last:
        return
    if new.dialect.name == "postgresql":
        new.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))
        return
    new.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    new.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), {"name": table.name, "seq": last})


def _last_number(old: Connection, name: str) -> int:
    if old.dialect.name == "sqlite":
        return int(old.execute(_LAST, {"name": name}).scalar() or 0)
    sequence = old.execute(select(func.pg_get_serial_sequence(name, "id"))).scalar_one()
    last, is_called = old.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - quoted
    return int(last) if is_called else 0


def _begun(connection: Connection, *, reads: bool) -> Connection:
    """Begin a transaction in which everything is of one moment, in a database that no bot uses now."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
    else:
        if reads:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        _look_for_a_bot(connection)
    return connection


def _look_for_a_bot(connection: Connection) -> None:
    """Raise StoreError if a bot is connected, as whomever; a connection just closed takes a moment to go."""
    for _ in range(_LOOKS):
        if not connection.execute(_OTHERS).scalar_one():
            return
        # What the server tells of its connections is of one moment, unless it is asked anew.
        connection.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.1)"))
    raise StoreError("nothing was moved: a bot is connected to the database of the server; stop it first")


def _tables(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection)
    schema = connection.execute(select(found.tables[_ALEMBICS_OWN])).scalar() if _ALEMBICS_OWN in found.tables else None
    if schema != HEAD:
        raise StoreError(
            f"nothing was moved: a database has schema {schema or 'none'}, not this version's {HEAD}: start it once"
        )
    left_out = {_ALEMBICS_OWN, *_OF_THE_MOMENT}
    return {name: table for name, table in sorted(found.tables.items()) if name not in left_out}


@contextmanager
def _engine(url: str, *, reads: bool) -> Iterator[Engine]:
    if is_postgres(url):
        try:
            from bot.store.postgres.alchemy import engine_on  # noqa: PLC0415
        except ImportError:  # it is there only with the extra
            raise StoreError(NEEDS_EXTRA) from None

        with engine_on(url) as engine:
            yield engine
        return
    try:
        connection = connect(file_of(url), migrate=not reads)
    except sqlite3.Error as problem:
        raise DatabaseUnusable(f"nothing was moved: {problem}") from None
    connection.row_factory = None
    with closing(connection):
        yield create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, hide_parameters=True)
