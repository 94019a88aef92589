"""What DATABASE_URL names: a SQLite file, or a database in memory."""

from __future__ import annotations

import re
from pathlib import Path

from bot.store.errors import StoreError

_EXAMPLE = "as in sqlite:///data/berth.db"
# `+aiosqlite` is how earlier versions named their driver.
_SQLITE = re.compile(r"sqlite(?:\+aiosqlite)?://(?:/([^?]*))?")
_IN_MEMORY = ("", ":memory:")


def file_of(url: str) -> Path | None:
    """Return the SQLite database file; None for a database in memory. Raises StoreError for anything else."""
    found = _SQLITE.fullmatch(url)
    if found is None:
        raise StoreError(f"DATABASE_URL {_what_is_wrong_with(url)}, {_EXAMPLE}")
    name = found.group(1) or ""
    return None if name in _IN_MEMORY else Path(name).absolute()


def folder_of(url: str) -> Path | None:
    """Return the folder of a SQLite database file; None for a database in memory."""
    path = file_of(url)
    return None if path is None else path.parent


def _what_is_wrong_with(url: str) -> str:
    if "://" in url and not url.startswith("sqlite"):
        return "must name a SQLite file (other databases are not supported)"
    if _SQLITE.match(url) and "?" in url:
        return "takes no options after a question mark"
    return "is not a database URL"
