"""Whose a new allocation is, by the panel's own log of the server."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.models import Allocation, GameServer
from bot.errors import BotError
from bot.services.servers.desk import Desk

ALLOCATIONS = "server:allocation"
"""Is in the name of every event that is about an allocation."""
_CREATED = f"{ALLOCATIONS}.create"
_DELETED = f"{ALLOCATIONS}.delete"


async def of_rows(desk: Desk, server: GameServer, rows: Sequence[Allocation]) -> list[Allocation] | None:
    """Return those of the rows that the log says this person added with a key; None where the log cannot tell.

    One call, made only where the person may read the log (`activity.read`). It names no key, so what the same person
    adds with another tool in the same seconds looks alike. An address that was last deleted has no line yet of how it
    came back, and an earlier line is not about that.
    """
    if not server.permissions or not server.may("activity.read"):
        return None
    try:
        entries = await desk.log_of(ALLOCATIONS)
        me = (await desk.username()).casefold()
    except BotError:
        return None
    mine = []
    for row in rows:
        newest = next((entry for entry in entries if entry.event in (_CREATED, _DELETED) and entry.names(row)), None)
        if newest is None or newest.event == _DELETED or newest.username is None:
            return None
        if newest.is_api and newest.username.casefold() == me:
            mine.append(row)
    return mine
