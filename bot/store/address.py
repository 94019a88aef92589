"""What DATABASE_URL names: a SQLite file, a database in memory, or one of a PostgreSQL server."""

from __future__ import annotations

import re
from pathlib import Path

from bot.store.errors import StoreError

_EXAMPLE = "as in sqlite:///data/berth.db or postgresql://berth@db.example.com/berth"
# `+aiosqlite` is how earlier versions named their driver.
_SQLITE = re.compile(r"sqlite(?:\+aiosqlite)?://(?:/([^?]*))?")
_IN_MEMORY = ("", ":memory:")
PASSWORD_FILE = "password_file"  # noqa: S105 - the name of an option
"""How an address of a PostgreSQL server names the file with the password; libpq knows no such option."""
_POSTGRES = ("postgresql://", "postgres://")
NEEDS_EXTRA = (
    "DATABASE_URL names a PostgreSQL server, and what speaks to that is not installed: run pip install '.[postgres]'"
)


def is_postgres(url: str) -> bool:
    """Tell whether the database is one of a PostgreSQL server."""
    return url.startswith(_POSTGRES)


def file_of(url: str) -> Path | None:
    """Return the SQLite database file; None for a database that is none. Raises StoreError for what names neither."""
    if is_postgres(url):
        return None
    found = _SQLITE.fullmatch(url)
    if found is None:
        raise StoreError(f"DATABASE_URL {_what_is_wrong_with(url)}, {_EXAMPLE}")
    name = found.group(1) or ""
    return None if name in _IN_MEMORY else Path(name).absolute()


def folder_of(url: str) -> Path | None:
    """Return the folder of a SQLite database file; None for a database that is none."""
    path = file_of(url)
    return None if path is None else path.parent


def _what_is_wrong_with(url: str) -> str:
    if "://" in url and not url.startswith("sqlite"):
        return "must name a SQLite file or a PostgreSQL server (other databases are not supported)"
    if _SQLITE.match(url) and "?" in url:
        return "takes no options after a question mark"
    return "is not a database URL"
