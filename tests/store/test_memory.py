"""Named values that the bot keeps in its database."""

from __future__ import annotations

from bot.store.database import Database
from bot.store.memory import Memory


async def test_named_values_are_remembered_and_replaced(database: Database) -> None:
    memory = Memory(database)
    await memory.remember("commands", {"fingerprint": "a", "ids": {"link": 1}})

    await memory.remember("commands", {"fingerprint": "b"})

    assert await memory.recall("commands") == {"fingerprint": "b"}
    assert await memory.recall("something else") is None
