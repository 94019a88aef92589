"""What PostgreSQL's errors mean to whoever waits, told without a statement, a value or a password."""

from __future__ import annotations

import psycopg

from bot.store.errors import DatabaseBusy, DatabaseFailed, DatabaseUnusable

COLLIDED = ("40001", "40P01")
"""Two transactions would not have come out as one after the other, or each waited for the other: done again."""
TAKEN = "23505"
"""A row of this key is there already; where two transactions collide it may say so too."""
_PASSES = {
    *COLLIDED,
    *("55P03", "57014", "25P03"),  # a lock was waited for in vain, or a statement took too long
    *("53300", "57P01", "57P02", "57P03", "57P05"),  # too many connections, or the server stops or starts
}
_OUTSIDE_CLASSES = ("08", "25", "28", "42501", "53", "57", "58", "XX001", "XX002")
"""Connection, read-only, password, permission, space and memory, operator, disk, damage."""
_REFUSED = (
    *("password authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry"),
    *("certificate", "does not support SSL", "root.crt", "permission denied for database", "not permitted to log in"),
    *("invalid sslmode", "authentication method", "invalid connection option", "definition of service"),
)
"""How a server, or libpq, says that it never lets this connection in as it is configured."""


def failure_of(problem: psycopg.Error) -> DatabaseFailed:
    """Return what is raised for an error at work, with the traceback of the work and nothing of its values."""
    code = problem.sqlstate
    if code is None:
        # Of the connection itself: lost, refused, or not made in time.
        if isinstance(problem, psycopg.OperationalError):
            return DatabaseBusy(told(problem))
        # Of this program's own making: what psycopg says of it may quote a value.
        return DatabaseFailed(type(problem).__name__).with_traceback(problem.__traceback__)
    words = f"{problem.diag.message_primary or type(problem).__name__} ({code})"
    kind: type[DatabaseFailed] = DatabaseFailed
    if code in _PASSES:
        kind = DatabaseBusy
    elif code.startswith(_OUTSIDE_CLASSES):
        kind = DatabaseUnusable
    else:
        # A bug of this program's: what the server says of it may quote a value.
        of = problem.diag.constraint_name or problem.diag.column_name or problem.diag.table_name
        words = f"{type(problem).__name__} ({code}){f' at {of}' if of else ''}"
    return kind(words).with_traceback(problem.__traceback__)


def told(problem: psycopg.Error) -> str:
    """Return the last line of what libpq says of a connection, which names the cause."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    named = [line for line in lines if not line.startswith(("Is the server running", "Multiple connection attempts"))]
    return (named or ["the connection failed"])[0]


def never_lets_in(problem: psycopg.Error) -> bool:
    """Tell whether a connection is refused for what somebody has to put right first."""
    words = str(problem)
    return any(refused in words for refused in _REFUSED)
