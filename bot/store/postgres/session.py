"""One connection to the server: transactions begun by hand, and none waited for long."""

from __future__ import annotations

import select
from typing import Any

import psycopg
from psycopg import RawCursor

from bot.store.connection import Cursor, Given, Kind
from bot.store.postgres.address import dsn_of
from bot.store.postgres.dialect import in_order, translated
from bot.store.postgres.hangingup import end
from bot.store.postgres.rows import NamedRow, by_name
from bot.store.postgres.staying import set_up

_BEGIN = {
    Kind.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    # As if nobody else wrote at the same time, which is what the stores are written for.
    Kind.WRITE: "BEGIN ISOLATION LEVEL SERIALIZABLE",
}
# What was confirmed survives a power cut, whatever the server is set to; an abandoned transaction holds nobody up.
_SET_UP = set_up("""
    ('lock_timeout', $1), ('statement_timeout', $2), ('idle_in_transaction_session_timeout', $2),
    ('default_transaction_isolation', CASE WHEN pg_is_in_recovery() THEN 'repeatable read' ELSE 'serializable' END),
    ('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
        ELSE current_setting('synchronous_commit') END)
""")


def plain_connection(url: str) -> psycopg.Connection[NamedRow]:
    """Return a connection of its own, for what waits longer or listens; each statement is a transaction by itself."""
    return psycopg.connect(dsn_of(url), autocommit=True, row_factory=by_name, cursor_factory=RawCursor)


class Session:
    """A connection that does one piece of work after the other; the server ends what waits for longer than it may."""

    def __init__(self, url: str, *, waits: float, works: float) -> None:
        self.is_new = True
        """Whether it has done no work yet, so that nothing which it knows of the tables can be out of date."""
        self._connection = plain_connection(url)
        milliseconds = (str(int(seconds * 1000)) for seconds in (waits, works))
        self._connection.execute(_SET_UP, list(milliseconds))

    def execute(self, statement: str, values: Given = (), /) -> Cursor:
        """Run a statement with values in its places."""
        text, names = translated(statement)
        return self._connection.execute(text, in_order(values, names))

    def begin(self, kind: Kind) -> None:
        """Begin a transaction, where the work is more than one statement."""
        if kind in _BEGIN:
            self._connection.execute(_BEGIN[kind], prepare=False)

    def commit(self, kind: Kind) -> None:
        """Keep what was done; raise psycopg's error if the server did not."""
        if kind in _BEGIN and self._connection.execute("COMMIT", prepare=False).statusmessage != "COMMIT":
            raise psycopg.errors.InFailedSqlTransaction("what had failed was to be kept")

    def roll_back(self) -> None:
        """Take back what was done; a connection that is lost has nothing to take back."""
        if not self.lost and self._connection.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE:
            try:
                self._connection.execute("ROLLBACK")
            except psycopg.Error:
                self.close()

    @property
    def lost(self) -> bool:
        """Whether the connection is closed or broken."""
        return self._connection.closed

    def went_away(self) -> bool:
        """Tell, without asking the server, whether it has ended the connection while nobody used it."""
        descriptor = self._connection.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        try:
            # What it says before it hangs up comes first.
            while poll.poll(0):
                self._connection.pgconn.consume_input()
        except psycopg.Error:
            return True
        return self.lost

    def hang_up(self) -> None:
        """End the connection from another thread: what waits for the server there fails at once."""
        end(self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Any:
        """Return the session, closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()
