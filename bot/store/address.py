"""What DATABASE_URL names: a SQLite file, a database in memory, or one of a PostgreSQL server."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from bot.store.errors import AddressError

_EXAMPLE = "as in sqlite:///data/berth.db or postgresql://berth@db.example.com/berth"
# `+aiosqlite` is how earlier versions named their driver.
_SQLITE = re.compile(r"sqlite(?:\+aiosqlite)?://(?:/([^?]*))?")
_IN_MEMORY = ("", ":memory:")
PASSWORD_FILE = "password_file"  # noqa: S105 - the name of an option
"""How an address of a PostgreSQL server names the file with the password; libpq knows no such option."""
_POSTGRES = ("postgresql://", "postgres://")
NAME_ITS_FILE = f"name a file that holds it in DATABASE_PASSWORD_FILE, or as {PASSWORD_FILE}= in the address"
HOW_TO_ESCAPE = (
    "in a user's name or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25, or leave the "
    f"password out and {NAME_ITS_FILE}"
)
_HALF_ESCAPED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PORT = re.compile(r"(?:\[[^]]*]|[^:]*)(?::[0-9]*)?")
NEEDS_EXTRA = (
    "the database is one of a PostgreSQL server, and what speaks to that is not installed: "
    "run pip install '.[postgres]'"
)


def is_postgres(url: str) -> bool:
    """Tell whether the database is one of a PostgreSQL server."""
    return url.startswith(_POSTGRES)


def file_of(url: str) -> Path | None:
    """Return the SQLite database file; None for a database that is none. Raises AddressError for what names neither."""
    if is_postgres(url):
        _refuse_torn(url)
        return None
    found = _SQLITE.fullmatch(url)
    if found is None:
        raise AddressError(f"{_what_is_wrong_with(url)}, {_EXAMPLE}")
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


def _refuse_torn(url: str) -> None:
    """Raise AddressError where libpq would end a password early, and show the rest as a host, a port or a database."""
    _, _, rest = url.partition("://")
    login, at, place = rest.partition("@")
    if "/" in login:  # up to which libpq looks for the end of a login
        at, place = "", rest
    hosts = re.split("[/?]", place, maxsplit=1)[0]
    path = place.removeprefix(hosts).partition("?")[0]
    bad_port = not all(_PORT.fullmatch(host) for host in hosts.split(","))
    if "@" in hosts + path or not _is_escaped(url) or (bad_port and not at and "@" in place):
        raise AddressError(f"holds a character that is to be escaped: {HOW_TO_ESCAPE}")
    if bad_port:
        raise AddressError("names a port that is no number, as 5432 in db.example.com:5432 is")


def _is_escaped(url: str) -> bool:
    try:
        unquote(url, errors="strict")
    except UnicodeDecodeError:
        return False
    return _HALF_ESCAPED.search(url) is None
