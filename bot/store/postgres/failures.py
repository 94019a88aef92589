"""What PostgreSQL's errors mean to whoever waits, told without a statement, a value or a password."""

from __future__ import annotations

import re

import psycopg

from bot.store.errors import Cause, DatabaseBusy, DatabaseFailed, DatabaseUnusable, StoreError

COLLIDED = ("40001", "40P01")
"""Two transactions would not have come out as one after the other, or each waited for the other: done again."""
TAKEN = "23505"
"""A row of this key is there already; where two transactions collide it may say so too."""
UNSUPPORTED = "0A000"
"""What a replica says; and a connection with a prepared statement whose table was altered, so not one that is new."""
_PASSES = {
    *COLLIDED,
    *("55P03", "57014", "25P03"),  # a lock was waited for in vain, or a statement took too long
    *("53300", "57P01", "57P02", "57P03", "57P05"),  # too many connections, or the server stops or starts
}
_CAUSES = {
    **dict.fromkeys(("55P03", "57014", "25P03", *COLLIDED), Cause.HELD),
    "53100": Cause.FULL,
    # A replica refuses to read as if nobody wrote before it is asked to write.
    **dict.fromkeys(("25006", UNSUPPORTED), Cause.READ_ONLY),
    "53300": Cause.CROWDED,
    "42501": Cause.REFUSED,
    **dict.fromkeys(("08", "57"), Cause.AWAY),
    "28": Cause.REFUSED,
}
"""What a code, or the class that it begins with, means to whoever waits."""
_CROWDED = ("too many clients", "too many connections", "connection slots are reserved")
_STARTS = "the database system is "
"""What is said while it starts, stops or recovers."""
_ANSWERED = re.compile(r" failed: [^:\n]+:  ")
"""How libpq tells what a server said while a connection was made: by its severity, whatever that is called there."""
_OUTSIDE_CLASSES = ("08", UNSUPPORTED, "25", "28", "42501", "53", "57", "58", "XX001", "XX002")
"""Connection, read-only, password, permission, space and memory, operator, disk, damage."""
_REFUSED = (
    *("password authentication failed", "no password supplied", "does not exist", "pg_hba.conf"),
    *("certificate", "does not support SSL", "root.crt", "permission denied for database", "not permitted to log in"),
    *(
        "the password file ",
        "invalid sslmode",
        "invalid integer value",
        "invalid port number",
        "could not match",
        "authentication method",
        "invalid connection option",
        "definition of service",
    ),
)
"""How a server, or libpq, says that it never lets this connection in as it is configured."""


def failure_of(problem: psycopg.Error) -> DatabaseFailed:
    """Return what is raised for an error at work, with the traceback of the work and nothing of its values."""
    code = problem.sqlstate
    if code is None:
        # Of the connection itself: lost, refused, or not made in time.
        if isinstance(problem, psycopg.OperationalError):
            return DatabaseBusy(told(problem), cause=cause_of(problem))
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
    return kind(words, cause=cause_of(problem)).with_traceback(problem.__traceback__)


def failure_at_start(problem: psycopg.Error) -> DatabaseFailed | StoreError:
    """Return what is raised for an error before the bot runs: StoreError for what somebody has to put right first."""
    failure = failure_of(problem)
    if isinstance(failure, DatabaseUnusable) and failure.cause is not Cause.REFUSED:
        return failure
    return StoreError(f"the database cannot be opened: {told(problem)}")


def cause_of(problem: psycopg.Error) -> Cause:
    """Return what an error at work, or of a connection that is not made, means to whoever waits."""
    code = problem.sqlstate
    if code is not None:
        return _CAUSES.get(code) or _CAUSES.get(code[:2], Cause.OTHER)
    if any(words in str(problem) for words in _CROWDED):
        return Cause.CROWDED
    if _never_lets_in(problem):
        return Cause.REFUSED
    # Where it answered in words that are not known, as in another language, nothing is claimed of why.
    return Cause.OTHER if _ANSWERED.search(str(problem)) and _STARTS not in str(problem) else Cause.AWAY


def told(problem: psycopg.Error) -> str:
    """Return the line of what libpq or the server says that names the cause."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    named = [line for line in lines if not line.startswith(("Is the server running", "Multiple connection attempts"))]
    return (named or ["the connection failed"])[0]


def _never_lets_in(problem: psycopg.Error) -> bool:
    """Tell whether a connection is refused for what somebody has to put right first."""
    words = str(problem)
    return any(refused in words for refused in _REFUSED)
