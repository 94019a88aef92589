"""The record of changes: written before a change is sent, settled when its outcome is known."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, insert, literal, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.record import Entry, Outcome, Values
from bot.errors import NotLinked
from bot.store.schema import changes, links

log = logging.getLogger(__name__)
KEPT_PER_PERSON = 5_000
"""Entries kept of one person, so that nobody can fill the disk: twenty changes an hour, day and night, for ten days."""


class RecordStore:
    """Keeps every person's changes; each method sees only the rows of the person it is given."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def begin(self, entry: Entry) -> int:
        """Write down a change that is about to be sent; return its number.

        Raises NotLinked if the person has unlinked meanwhile: then nothing of theirs may be kept, nor done.
        """
        row = _to_row(entry)
        # One statement, so that no unlink can come between the look and the writing.
        values = select(*(literal(value, changes.c[name].type) for name, value in row.items()))
        if_linked = values.where(exists().where(links.c.user_id == entry.user_id))
        async with self._engine.begin() as connection:
            made = await connection.execute(insert(changes).from_select(list(row), if_linked).returning(changes.c.id))
            number = made.scalar()
        if number is None:
            raise NotLinked
        return int(number)

    async def settle(self, number: int, entry: Entry) -> None:
        """Write down what became of it; if that fails it stays unknown, and the person is told all the same."""
        try:
            async with self._engine.begin() as connection:
                mine = (changes.c.id == number) & (changes.c.user_id == entry.user_id)
                await connection.execute(update(changes).where(mine).values(**_to_row(entry)))
        except SQLAlchemyError:
            log.exception("What became of change %s could not be written down", number)

    async def add(self, entry: Entry) -> None:
        """Write down a change that was made, unless the person has unlinked; a failure is only logged."""
        try:
            await self.begin(entry)
        except NotLinked:
            pass  # nothing of theirs may be kept any more
        except SQLAlchemyError:
            log.exception("A change that was made could not be written down")

    async def page(self, user_id: int, *, server: str | None, offset: int, limit: int) -> tuple[list[Entry], int]:
        """Return some of a person's entries, newest first, and how many there are in all."""
        mine = changes.c.user_id == user_id
        if server is not None:
            mine &= changes.c.server == server
        newest = select(changes).where(mine).order_by(changes.c.id.desc()).offset(offset).limit(limit)
        async with self._engine.connect() as connection:
            total = (await connection.execute(select(func.count()).select_from(changes).where(mine))).scalar_one()
            rows = (await connection.execute(newest)).mappings().all()
        return [_to_entry(row) for row in rows], int(total)

    async def one(self, user_id: int, number: int) -> Entry | None:
        """Return one entry of this person, or None."""
        wanted = select(changes).where(changes.c.user_id == user_id, changes.c.id == number)
        async with self._engine.connect() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return None if row is None else _to_entry(row)

    async def forget_before(self, moment: datetime) -> int:
        """Delete what is older, and of each person all but the newest entries; return how many that were."""
        by_age = func.row_number().over(partition_by=changes.c.user_id, order_by=changes.c.id.desc())
        ranked = select(changes.c.id, by_age.label("rank")).subquery()
        too_many = changes.c.id.in_(select(ranked.c.id).where(ranked.c.rank > KEPT_PER_PERSON))
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(changes).where((changes.c.at < moment) | too_many))).rowcount


def _to_row(entry: Entry) -> dict[str, Any]:
    return {
        "user_id": entry.user_id,
        "at": entry.at,
        "server": entry.server,
        "server_name": entry.server_name,
        "verb": entry.verb,
        "allocation_id": entry.allocation_id,
        "address": entry.address,
        "before": None if entry.before is None else json.dumps(entry.before),
        "after": None if entry.after is None else json.dumps(entry.after),
        "outcome": entry.outcome.value,
    }


def _to_entry(row: Mapping[Any, Any]) -> Entry:
    return Entry(
        number=row["id"],
        user_id=row["user_id"],
        at=row["at"],
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
