"""What a database holds, told without changing it: whether it is whole, this bot's, and of which schema."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.store.errors import StoreError
from bot.store.migrations import HEAD
from bot.store.sealed import BY_KEY, counted

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_OURS = {"alembic_version", "links", "settings"}
"""Tables that every version of the bot has made."""
_REVISION = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a database of this bot's."""

    schema: str
    sealed_under: dict[str, int]
    """How many links are sealed under each encryption key, by the key's name."""

    @property
    def links(self) -> int:
        """How many members are linked."""
        return sum(self.sealed_under.values())


def revision_of(connection: sqlite3.Connection) -> str | None:
    """Return the schema's revision, None for a database that no version of the bot has written to."""
    if not connection.execute(f"{_TABLES} AND name = 'alembic_version'").fetchall():
        return None
    found = connection.execute(_REVISION).fetchone()
    return None if found is None else str(found[0])


def refuse_newer(revision: str | None) -> str | None:
    """Return a schema's revision; raise StoreError if it is newer than this code."""
    if revision is not None and revision > HEAD:
        raise StoreError(
            f"the database has schema {revision}, newer than this version's {HEAD}: "
            "update the bot, or restore the backup made before the update"
        )
    return revision


def contents_of(connection: sqlite3.Connection, called: str) -> Contents:
    """Return what is in a database; raise StoreError, which calls it so, if it is damaged or not this bot's."""
    try:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise StoreError(f"{called} is damaged: {' '.join(str(found).split())}")
        tables = {str(name) for (name,) in connection.execute(_TABLES)}
        schema = revision_of(connection)
        if schema is None or not tables >= _OURS:
            raise StoreError(f"{called} is not a database of this bot's")
        return Contents(schema, counted(connection.execute(BY_KEY)))
    except sqlite3.DatabaseError as problem:
        code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            raise StoreError(f"{called} is not an SQLite database") from None
        if code == sqlite3.SQLITE_CORRUPT:
            raise StoreError(f"{called} is damaged: {problem}") from None
        raise
