"""What a bot on a file asks of its own database."""

from __future__ import annotations

from typing import Any

from bot.store.lane import Lane
from tests.stage import Stage


async def traced(stage: Stage) -> list[str]:
    """Return the statements from now on, as they come."""
    statements: list[str] = []
    database: Any = vars(stage.bot.memory)["_database"]
    for lane in {database._writer, database._reader}:
        assert isinstance(lane, Lane)
        await lane.call(lambda connection: connection.set_trace_callback(statements.append))
    return statements
