"""The intents to make a key on the panel: written before it is made, gone once somebody holds it or it is removed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.domain.models import ApiKey
from bot.errors import LinkUnreadable, NotLinked
from bot.store.connection import Row
from bot.store.database import Database
from bot.store.errors import DatabaseFailed
from bot.store.moments import moment, stored
from bot.store.safe import Safe
from bot.store.telling import read_or_told, written_or_told
from bot.store.vault import Vault

log = logging.getLogger(__name__)
# One statement, so that no unlink can come between the look and the writing.
_BEGIN = """
    INSERT INTO intents (user_id, panel_origin, description, begun_at, sealed_key)
    SELECT ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM links WHERE user_id = ?)
"""
_OF = "SELECT * FROM intents WHERE user_id = ? ORDER BY begun_at, description"
_WHOSE = "SELECT DISTINCT user_id FROM intents"
_GIVE_UP = "UPDATE intents SET sealed_key = ? WHERE user_id = ? AND description = ?"
_NOTHING = b""
"""In place of the key of an intent that was given up."""
_CLEAR = "DELETE FROM intents WHERE user_id = ? AND description = ?"


@dataclass(frozen=True, slots=True)
class Intent:
    """Keys whose description begins like this may be on the panel without anybody who holds them."""

    user_id: int
    description: str
    begun_at: datetime
    key: ApiKey | None
    """The key with which they were made, and can be removed; None where it does not open any more."""
    given_up: bool = False
    """Whether they are no longer looked for, and only their owner can delete them."""


class IntentStore:
    """Keeps the intents of all people; `panel` is the origin that keys are bound to."""

    def __init__(self, database: Database, vault: Vault, *, panel: str) -> None:
        self._database = database
        self._safe = Safe(vault, panel)

    async def begin(self, user_id: int, description: str, key: ApiKey, *, at: datetime) -> None:
        """Write down that a key of this description is about to be made; raise NotLinked for who unlinked meanwhile."""
        sealed = self._safe.seal(key, owner=user_id)
        row = (user_id, self._safe.panel, description, stored(at), sealed, user_id)
        nothing_made = "I write it down before I make a key, so I made none: your key is as it was."
        with written_or_told(nothing_made, in_doubt=nothing_made):
            written = await self._database.write(lambda connection: connection.execute(_BEGIN, row).rowcount)
        if not written:
            raise NotLinked

    async def of(self, user_id: int) -> tuple[Intent, ...]:
        """Return this person's intents, the oldest first."""
        with read_or_told():
            rows = await self._database.rows(_OF, (user_id,))
        return tuple(self._to_intent(row) for row in rows)

    async def whose(self) -> tuple[int, ...]:
        """Return who has any."""
        with read_or_told():
            rows = await self._database.rows(_WHOSE)
        return tuple(row["user_id"] for row in rows)

    async def give_up(self, user_id: int, description: str) -> None:
        """Look for what it is about no longer, and forget the key; a failure is logged, and it is tried again."""
        await self._settle(_GIVE_UP, (_NOTHING, user_id, description))

    async def clear(self, user_id: int, description: str) -> None:
        """Forget an intent, for nothing of it is left; a failure is logged, and it is found done at the next look."""
        await self._settle(_CLEAR, (user_id, description))

    async def _settle(self, statement: str, values: tuple[bytes | int | str, ...]) -> None:
        try:
            await self._database.write(lambda connection: connection.execute(statement, values))
        except DatabaseFailed as problem:
            log.warning("What is done with an intent could not be written down: %s", problem)
        else:
            self._database.erase_soon()

    def _to_intent(self, row: Row) -> Intent:
        owner = row["user_id"]
        if row["sealed_key"] == _NOTHING:
            return Intent(owner, row["description"], moment(row["begun_at"]), None, given_up=True)
        try:
            key = self._safe.open(row["sealed_key"], owner=owner, panel=row["panel_origin"])
        except LinkUnreadable:
            key = None
        return Intent(owner, row["description"], moment(row["begun_at"]), key)
