"""Whether the bot can tell its numbers at the place that METRICS names: tried, and let go of."""

from __future__ import annotations

import asyncio
import errno

from bot.operator.readiness import named_at
from bot.operator.start import StartRefused
from bot.watch.place import refused, sockets_at
from bot.watch.watching import open_numbers


async def look_at_place(place: tuple[str, int], name: str) -> str:
    """Say what is at the place for the bot of this name; raise StartRefused with what would end its start."""
    open_numbers(place)
    where = f"{place[0]}:{place[1]}"
    try:
        for listens in await sockets_at(*place):
            listens.close()
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE and await asyncio.to_thread(named_at, *place) == name:
            return f"the bot runs already, and tells its numbers at {where}"
        raise StartRefused(await refused(place, problem)) from None
    return f"{where} is free"
