"""What the bot remembers of itself between starts, as named JSON values."""

from __future__ import annotations

import json
from typing import Any

from bot.store.database import Database

LAST_SYNC = "commands"
"""The name of the fingerprint and the ids of the commands as Discord was last told them."""
_RECALL = "SELECT value FROM settings WHERE name = ?"
_REMEMBER = "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class Memory:
    """A few named values, as the fingerprint of the commands that were last synced."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self, name: str) -> Any | None:
        """Return the value of this name, or None."""
        row = await self._database.row(_RECALL, (name,))
        return None if row is None else json.loads(row["value"])

    async def remember(self, name: str, value: Any) -> None:
        """Store a value under this name, in place of the earlier one."""
        text = json.dumps(value)
        await self._database.write(lambda connection: connection.execute(_REMEMBER, (name, text)))
