"""What DATABASE_URL says to libpq, and the file with the password that it may name beside that."""

from __future__ import annotations

import re
import shlex
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.store.address import HOW_TO_ESCAPE, PASSWORD_FILE
from bot.store.errors import AddressError, StoreError
from bot.store.postgres.identity import ME

_DEFAULTS = {
    "connect_timeout": "3",
    # A network that swallows what it is given is noticed within seconds, also while nobody asks.
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""What is asked of libpq where the address does not say otherwise."""
_OURS = {
    # By which what the database tells of a change says whose doing it was.
    "application_name": ME,
    "client_encoding": "UTF8",
}
"""What is asked of libpq whatever the address or its environment says."""
_NAMED_BY = f"see that this user can read it there, or name another in DATABASE_PASSWORD_FILE or by {PASSWORD_FILE}="
_OPTION = re.compile(r"(?:^|&)([\w-]+)=", re.ASCII)
_LIKENESS = 0.8
"""How alike an option must be to one that there is to be called misspelt."""
_PORT = 5432
"""Where libpq connects to a host for which no port is named."""
_SOCKET = "/@"
"""What begins the name of a socket, in a folder or of no file, in the place of a host."""


class PasswordUnreadable(StoreError, psycopg.OperationalError):
    """The file with the password cannot be read: at the start, or at work, when a connection is to be made anew."""


def options_of(url: str) -> dict[str, str]:
    """Return what libpq is given to connect, the password included; raise StoreError for an address it cannot read.

    A file with the password is read anew each time, so that a password can be changed while the bot runs.
    """
    url, file = _without_password_file(url)
    try:
        options = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        # What libpq says of it quotes it, and the password may be in what it quotes.
        raise AddressError(
            _misspelt_in(url)
            or "is not an address that PostgreSQL understands, as in "
            f"postgresql://berth@db.example.com/berth?sslmode=verify-full: {HOW_TO_ESCAPE}"
        ) from None
    if file is not None:
        options["password"] = _read(file)
    return _DEFAULTS | options | _OURS


def dsn_of(url: str) -> str:
    """Return the same in one string, which is for libpq alone."""
    return make_conninfo("", **options_of(url))


def place_of(url: str) -> str:
    """Return which database an address names, without who logs in and how."""
    options = options_of(url)
    host = options.get("host") or options.get("hostaddr") or options.get("service") or "this machine"
    port = f":{options['port']}" if "port" in options else ""
    return f"{options.get('dbname') or options.get('user') or 'the default database'} at {host}{port}"


def password_place(url: str) -> str:
    """Return in words where the password was taken from, without it."""
    _, file = _without_password_file(url)
    if file is not None:
        return f"the file {file}"
    if "password" not in options_of(url):
        return "where libpq looks (passfile=, PGPASSFILE, PGPASSWORD)"
    # `50%41` is read as 50A, and nobody can tell that it was not meant so.
    return "the address, where a % that belongs to it is written %25" if "%" in url else "the address"


def owner_of(url: str) -> str:
    """Return how `createdb` is told who is to own a database, with a space before; nothing where no role is named."""
    role = options_of(url).get("user")
    return "" if role is None else f" --owner={shlex.quote(role)}"


def hosts_of(url: str) -> list[tuple[str, int]]:
    """Return each host, by name or address, and port that libpq may connect to over a network; sockets are left out."""
    said = _filled_in(options_of(url))
    names, addresses, ports = (said.get(option, "").split(",") for option in ("host", "hostaddr", "port"))
    # Where addresses are given too, the names serve for passwords and certificates alone.
    hosts = [address or name for name, address in zip_longest(names, addresses, fillvalue="")]
    each = ports * len(hosts) if len(ports) == 1 else ports
    return [
        (host, int(port or _PORT)) for host, port in zip(hosts, each, strict=True) if host and host[0] not in _SOCKET
    ]


def _filled_in(options: dict[str, str]) -> dict[str, str]:
    """Return the options with what libpq takes from its service file and the environment; nothing is connected to."""
    # Only a connection tells; one with an sslmode that does not exist ends before a name is looked up.
    never = pq.PGconn.connect_start(make_conninfo("", **options | {"sslmode": "none"}).encode())
    try:
        return {option.keyword.decode(): option.val.decode() for option in never.info if option.val is not None}
    finally:
        never.finish()


def _misspelt_in(url: str) -> str | None:
    """Return in words which option is almost one there is; any other may be a part of a password."""
    known = [option.keyword.decode() for option in pq.Conninfo.get_defaults()] + [PASSWORD_FILE]
    query = url.partition("?")[2]
    for name in () if "@" in query else _OPTION.findall(query):
        close = [] if name in known else get_close_matches(name, known, n=1, cutoff=_LIKENESS)
        if close:
            return f"has an option {name}, which PostgreSQL does not know; is {close[0]} meant?"
    return None


def _without_password_file(url: str) -> tuple[str, Path | None]:
    address, _, query = url.partition("?")
    kept, file = [], None
    for option in query.split("&") if query else ():
        name, _, value = option.partition("=")
        if name == PASSWORD_FILE:
            file = Path(unquote(value))
        else:
            kept.append(option)
    return (f"{address}?{'&'.join(kept)}" if kept else address), file


def _read(path: Path) -> str:
    try:
        return path.read_text().strip("\r\n")
    except OSError as problem:
        raise PasswordUnreadable(f"the password file {path} cannot be read: {problem.strerror}; {_NAMED_BY}") from None
    except UnicodeDecodeError:
        raise PasswordUnreadable(f"the password file {path} is not a text file; {_NAMED_BY}") from None
