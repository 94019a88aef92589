"""What the bot remembers of itself between starts, as named JSON values."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.schema import settings


class Memory:
    """A few named values, as the fingerprint of the commands that were last synced."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def recall(self, name: str) -> Any | None:
        """Return the value of this name, or None."""
        async with self._engine.connect() as connection:
            found = await connection.execute(select(settings.c.value).where(settings.c.name == name))
            value = found.scalar()
        return None if value is None else json.loads(value)

    async def remember(self, name: str, value: Any) -> None:
        """Store a value under this name, in place of the earlier one."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(settings).where(settings.c.name == name))
            await connection.execute(insert(settings), {"name": name, "value": json.dumps(value)})
