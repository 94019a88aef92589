"""Several ports that are being added."""

from __future__ import annotations

import asyncio

from tests.process.harbour import Harbour, Member
from tests.wire import Interaction

ROWS = "*/network/allocations"
COUNT = 3


async def begun(harbour: Harbour, member: Member, arrived: asyncio.Event | None = None) -> Interaction:
    """Begin to add three ports and return what is shown once a request has arrived."""
    options: dict[str, str | int | bool] = {"server": member.server.identifier, "notes": "lobby", "count": COUNT}
    seen = await harbour.discord.slash(member.id, "allocations create", options)
    await seen.wait_for_answer()
    if arrived is not None:
        await asyncio.wait_for(arrived.wait(), 20)
    return seen
