"""The plans: written before a port is asked for, so that none is asked for twice whatever happens in between."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from bot.domain.plan import Item, Plan, PlanForgotten
from bot.errors import NotLinked
from bot.store.connection import Connection, Row
from bot.store.database import Database
from bot.store.errors import DatabaseBusy, DatabaseFailed
from bot.store.moments import moment, stored
from bot.store.telling import read_or_told, written_or_told

log = logging.getLogger(__name__)
AFTERWARDS = 1.0
"""Seconds to wait for another program with how far a plan is: it goes on when that is told."""
KEPT_PER_PERSON = 20
"""Plans kept of one person, the newest, so that nobody can fill the disk."""
_NOTHING_SENT = "I write down which port I ask for before I do, so I did not ask for it."
# One statement, so that no unlink can come between the look and the writing.
_BEGIN = """
    INSERT INTO plans (user_id, at, server, server_name, items)
    SELECT :user_id, :at, :server, :server_name, :items
    WHERE EXISTS (SELECT 1 FROM links WHERE user_id = :user_id)
    RETURNING id
"""
_KEEP_NEWEST = """
    DELETE FROM plans
    WHERE user_id = :user_id
    AND id NOT IN (SELECT id FROM plans WHERE user_id = :user_id ORDER BY id DESC LIMIT :kept)
"""
_SAVE = "UPDATE plans SET items = :items, server_name = :server_name WHERE id = :id AND user_id = :user_id"
_ONE = "SELECT * FROM plans WHERE user_id = ? AND id = ?"
_ALL = "SELECT * FROM plans WHERE user_id = ? ORDER BY id DESC"
_FORGET = "DELETE FROM plans WHERE at < ?"


class PlanStore:
    """Keeps every person's plans; each method sees only the rows of the person it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, plan: Plan) -> int:
        """Write a new plan down, in place of the person's oldest where there are many; return its number.

        Raises NotLinked if the person has unlinked meanwhile: then nothing of theirs may be kept.
        """
        row = {**_row(plan), "kept": KEPT_PER_PERSON}

        def add(connection: Connection) -> Row | None:
            made: Row | None = connection.execute(_BEGIN, row).fetchone()
            connection.execute(_KEEP_NEWEST, row)
            return made

        with written_or_told(_NOTHING_SENT, in_doubt=_NOTHING_SENT):
            made = await self._database.write(add)
        if made is None:
            raise NotLinked
        return int(made["id"])

    async def save(self, plan: Plan) -> None:
        """Write down how far a plan is, before something is sent; raises PlanForgotten if it is not kept any more."""
        row = _row(plan)
        with written_or_told(_NOTHING_SENT, in_doubt=_NOTHING_SENT):
            kept = await self._database.write(lambda connection: connection.execute(_SAVE, row).rowcount)
        if not kept:
            raise PlanForgotten

    async def settle(self, plan: Plan) -> None:
        """Write down how far a plan is, after something was done; never raises, for it has been done.

        If that fails, what was asked for stays so, and is looked at before anything more is.
        """
        row = _row(plan)
        try:
            await self._database.write(lambda connection: connection.execute(_SAVE, row), patience=AFTERWARDS)
        except DatabaseBusy:
            # Not later by itself: it could come after what is written next.
            log.warning("How far a plan is could not be written down: another program uses the database")
        except DatabaseFailed:
            log.exception("How far a plan is could not be written down")

    async def one(self, user_id: int, number: int) -> Plan | None:
        """Return one plan of this person, or None."""
        with read_or_told():
            row = await self._database.row(_ONE, (user_id, number))
        return None if row is None else _plan(row)

    async def all(self, user_id: int) -> list[Plan]:
        """Return this person's plans, newest first."""
        with read_or_told():
            rows = await self._database.rows(_ALL, (user_id,))
        return [_plan(row) for row in rows]

    async def forget_before(self, oldest: datetime) -> int:
        """Delete what is older and erase it; return how many plans that were."""
        gone = await self._database.write(lambda connection: connection.execute(_FORGET, (stored(oldest),)).rowcount)
        if gone:
            self._database.erase_soon()
        return gone


def _row(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.number,
        "user_id": plan.user_id,
        "at": stored(plan.at),
        "server": plan.server,
        "server_name": plan.server_name,
        "items": json.dumps([item.to_values() for item in plan.items]),
    }


def _plan(row: Row) -> Plan:
    return Plan(
        number=row["id"],
        user_id=row["user_id"],
        at=moment(row["at"]),
        server=row["server"],
        server_name=row["server_name"],
        items=tuple(Item.of_values(values) for values in json.loads(row["items"])),
    )
