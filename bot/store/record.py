"""The record of changes: written before a change is sent, settled when its outcome is known."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from bot.domain.record import Entry, Outcome, Values
from bot.errors import NotLinked
from bot.store.connection import Connection, Given, Row
from bot.store.database import Database
from bot.store.errors import DatabaseFailed, DatabaseInDoubt, DatabaseUnusable
from bot.store.moments import moment, stored
from bot.store.telling import read_or_told, written_or_told

log = logging.getLogger(__name__)
AFTERWARDS = 1.0
"""Seconds to wait for another program with what became of a change: somebody waits to be told that."""
KEPT_PER_PERSON = 5_000
"""Entries kept of one person, so that nobody can fill the disk: twenty changes an hour, day and night, for ten days."""
_NOTHING_SENT = "I write every change down before I send it, so nothing was sent to {panel}."
_MAY_BE_LISTED = "{/allocations history} may list it all the same, as unknown."
# One statement, so that no unlink can come between the look and the writing.
_BEGIN = """
    INSERT INTO changes
    (user_id, at, server, server_name, verb, allocation_id, address, before, after, outcome)
    SELECT :user_id, :at, :server, :server_name, :verb, :allocation_id, :address, :before, :after, :outcome
    WHERE EXISTS (SELECT 1 FROM links WHERE user_id = :user_id)
    RETURNING id
"""
_SETTLE = """
    UPDATE changes
    SET at = :at, server = :server, server_name = :server_name, verb = :verb, allocation_id = :allocation_id,
        address = :address, before = :before, after = :after, outcome = :outcome
    WHERE id = :id AND user_id = :user_id
    RETURNING id
"""
_MINE = "FROM changes WHERE user_id = :user_id AND (CAST(:server AS TEXT) IS NULL OR server = CAST(:server AS TEXT))"
_PAGE = f"SELECT * {_MINE} ORDER BY id DESC LIMIT :limit OFFSET :offset"
_COUNT = f"SELECT count(*) {_MINE}"
_ONE = "SELECT * FROM changes WHERE user_id = ? AND id = ?"
_WITHDRAW = "DELETE FROM changes WHERE user_id = ? AND id = ? RETURNING id"
_FORGET = """
    DELETE FROM changes
    WHERE at < :before OR id IN (
        SELECT id
        FROM (SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY id DESC) AS age FROM changes) AS aged
        WHERE age > :kept)
"""


class RecordStore:
    """Keeps every person's changes; each method sees only the rows of the person it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, entry: Entry) -> int:
        """Write down a change that is about to be sent; return its number.

        Raises NotLinked if the person has unlinked meanwhile: then nothing of theirs may be kept, nor done.
        """
        row = _to_row(entry)
        with written_or_told(_NOTHING_SENT, in_doubt=f"{_NOTHING_SENT} {_MAY_BE_LISTED}"):
            made = await self._database.write(lambda connection: connection.execute(_BEGIN, row).fetchone())
        if made is None:
            raise NotLinked
        return int(made["id"])

    async def settle(self, number: int, entry: Entry) -> None:
        """Write down what became of it; if that fails it stays unknown, and the person is told all the same."""
        row = {"id": number, **_to_row(entry)}
        await self._afterwards(_SETTLE, row, repeatable=True)

    async def withdraw(self, user_id: int, number: int) -> None:
        """Take an entry back; if that fails it stays unknown."""
        await self._afterwards(_WITHDRAW, (user_id, number), repeatable=True)

    async def add(self, entry: Entry) -> int | None:
        """Write down a change that was made; return its number, None after an unlink or a failure, which is logged."""
        made = await self._afterwards(_BEGIN, _to_row(entry))
        return None if made is None else int(made["id"])

    async def _afterwards(self, statement: str, values: Given, *, repeatable: bool = False) -> Any | None:
        try:
            return await self._database.write(
                lambda connection: connection.execute(statement, values).fetchone(), patience=AFTERWARDS
            )
        except DatabaseFailed as problem:
            passes = isinstance(problem, DatabaseUnusable)
            if passes and (repeatable or not isinstance(problem, DatabaseInDoubt)):
                self._database.write_later(statement, values)
            else:
                log.exception("What became of a change could not be written down")
        return None

    async def page(self, user_id: int, *, server: str | None, offset: int, limit: int) -> tuple[list[Entry], int]:
        """Return some of a person's entries, newest first, and how many there are in all."""
        wanted = {"user_id": user_id, "server": server, "offset": offset, "limit": limit}

        def both(connection: Connection) -> tuple[list[Row], int]:
            return connection.execute(_PAGE, wanted).fetchall(), connection.execute(_COUNT, wanted).fetchone()[0]

        with read_or_told():
            rows, total = await self._database.read(both)
        return [_to_entry(row) for row in rows], total

    async def newest(self, user_id: int, *, server: str | None, limit: int) -> list[Entry]:
        """Return the newest of a person's entries, the newest first."""
        wanted = {"user_id": user_id, "server": server, "offset": 0, "limit": limit}
        with read_or_told():
            return [_to_entry(row) for row in await self._database.rows(_PAGE, wanted)]

    async def one(self, user_id: int, number: int) -> Entry | None:
        """Return one entry of this person, or None."""
        with read_or_told():
            row = await self._database.row(_ONE, (user_id, number))
        return None if row is None else _to_entry(row)

    async def forget_before(self, oldest: datetime) -> int:
        """Delete what is older, and of each person all but the newest entries, and erase it; return how many."""
        bounds = {"before": stored(oldest), "kept": KEPT_PER_PERSON}
        gone = await self._database.write(lambda connection: connection.execute(_FORGET, bounds).rowcount)
        if gone:
            self._database.erase_soon()
        return gone


def _to_row(entry: Entry) -> dict[str, Any]:
    return {
        "user_id": entry.user_id,
        "at": stored(entry.at),
        "server": entry.server,
        "server_name": entry.server_name,
        "verb": entry.verb,
        "allocation_id": entry.allocation_id,
        "address": entry.address,
        "before": None if entry.before is None else json.dumps(entry.before),
        "after": None if entry.after is None else json.dumps(entry.after),
        "outcome": entry.outcome.value,
    }


def _to_entry(row: Row) -> Entry:
    return Entry(
        number=row["id"],
        user_id=row["user_id"],
        at=moment(row["at"]),
        server=row["server"],
        server_name=row["server_name"],
        verb=row["verb"],
        allocation_id=row["allocation_id"],
        address=row["address"],
        before=_values(row["before"]),
        after=_values(row["after"]),
        outcome=Outcome(row["outcome"]),
    )


def _values(text: str | None) -> Values | None:
    return None if text is None else dict(json.loads(text))
