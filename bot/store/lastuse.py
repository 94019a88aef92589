"""When a link was last used and for which server: noted by the way, and nobody waits for the note."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.store.connection import Row
from bot.store.database import Database
from bot.store.errors import Cause, DatabaseFailed
from bot.store.moments import stored

NOTED_EVERY = 60
"""Seconds after which a use for the same server is noted again."""
_PLAINLY = 60.0
"""Seconds for which links are only read, after one could not be noted in the same statement."""
_FIND = "SELECT * FROM links WHERE user_id = ?"
_NOTE = """
    UPDATE links SET last_used_at = ?, last_server = coalesce(?, last_server) WHERE user_id = ? AND linked_at = ?
"""
# Of a server alone: where somebody holds the row it is read all the same, and this use goes without a note.
_FIND_AND_NOTE = """
    WITH news AS (
        SELECT user_id FROM links WHERE user_id = :user_id AND (last_used_at IS NULL OR last_used_at <= :before
            OR last_server IS DISTINCT FROM coalesce(:server, last_server))
        FOR NO KEY UPDATE SKIP LOCKED),
    noted AS (
        UPDATE links SET last_used_at = :at, last_server = coalesce(:server, last_server)
        FROM news WHERE links.user_id = news.user_id)
    SELECT * FROM links WHERE user_id = :user_id
"""


@dataclass(frozen=True, slots=True)
class Use:
    """Somebody uses their link: when, and for which server; None leaves that as it was."""

    at: datetime
    server: str | None

    def is_news(self, last_at: datetime | None, last_server: str | None) -> bool:
        """Tell whether it is worth a note after this last one."""
        stale = last_at is None or (self.at - last_at).total_seconds() >= NOTED_EVERY
        return stale or (self.server is not None and self.server != last_server)


@dataclass(frozen=True, slots=True)
class Noted:
    """A use of the link that somebody made at one moment, as it is stored."""

    user_id: int
    linked_at: int
    at: int
    server: str | None

    def merged(self, other: Noted) -> Noted:
        """Return what is left to note after both: the later one, with the server of the earlier if it has none."""
        later, earlier = (self, other) if (self.linked_at, self.at) >= (other.linked_at, other.at) else (other, self)
        same = later.linked_at == earlier.linked_at
        return replace(later, server=later.server or earlier.server) if same else later


class ByTheWay(Protocol):
    """Notes uses along with what it asks of the database anyway."""

    def note(self, use: Noted) -> None:
        """Note a use soon."""


class LastUse:
    """Reads the rows of links, and notes their use: on a server by the same statement, in a file by one of its own."""

    def __init__(
        self, database: Database, *, by_the_way: ByTheWay | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._by_the_way = by_the_way
        self._now = now
        self._plainly_until = 0.0

    async def read(self, user_id: int, use: Use | None) -> tuple[Row | None, bool]:
        """Return a person's row, as it was before, and whether this use needs no other note; raises DatabaseFailed."""
        if use is not None and self._database.on_server and self._now() >= self._plainly_until:
            try:
                return await self._database.row(_FIND_AND_NOTE, _values(user_id, use)), True
            except DatabaseFailed as problem:
                if problem.cause in (Cause.AWAY, Cause.CROWDED):
                    raise  # and nothing can be read either
                self._plainly_until = self._now() + _PLAINLY
        return await self._database.row(_FIND, (user_id,)), False

    def note(self, user_id: int, use: Use, *, linked_at: datetime) -> None:
        """Note a use of the link made then, which need not be read; a failure is only logged."""
        if self._by_the_way is not None and self._now() >= self._plainly_until:
            self._by_the_way.note(Noted(user_id, stored(linked_at), stored(use.at), use.server))
            return
        # Where one could just not be noted nothing else is to wait for the next.
        self._database.write_later(_NOTE, (stored(use.at), use.server, user_id, stored(linked_at)))


def _values(user_id: int, use: Use) -> dict[str, int | str | None]:
    at = stored(use.at)
    return {"user_id": user_id, "at": at, "before": at - NOTED_EVERY, "server": use.server}
