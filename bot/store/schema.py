"""The tables, as SQLAlchemy Core sees them; `migrations/` creates and changes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData()


class UnixTime(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as whole Unix seconds so that every database keeps it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return what is stored."""
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return what was stored."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


links = Table(
    "links",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_origin", String(255), nullable=False),
    Column("panel_user_id", Integer),
    Column("panel_username", String(191), nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("masked_key", String(16), nullable=False),
    Column("linked_at", UnixTime, nullable=False),
    Column("last_used_at", UnixTime),
    Column("last_server", String(8)),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("at", UnixTime, nullable=False, index=True),
    Column("server", String(8), nullable=False),
    Column("server_name", Text, nullable=False),
    Column("verb", String(16), nullable=False),
    Column("allocation_id", BigInteger),
    Column("address", Text),
    Column("before", Text),
    Column("after", Text),
    Column("outcome", String(16), nullable=False),
    # A number once given is never given again: an old message must not reach a newer change by it.
    sqlite_autoincrement=True,
)
