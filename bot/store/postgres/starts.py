"""When a session with Discord may be begun, over all processes."""

from __future__ import annotations

import logging

from bot.domain.together import Slot
from bot.store.errors import DatabaseFailed
from bot.store.postgres.line import Line

log = logging.getLogger(__name__)
# Half a second more than Discord asks, for the way to there. One that lies ahead is of a clock that was set back since,
# as by a failover; one that is ahead by less may have been begun while this one waited for it.
_START = """
    INSERT INTO starts (bucket, at, begun) VALUES ($1, berth_now(), 1)
    ON CONFLICT (bucket) DO UPDATE SET at = excluded.at, begun = starts.begun + 1
    WHERE abs(excluded.at - starts.at) >= 5.5
    RETURNING begun
"""
_WAIT = "SELECT at + 5.5 - berth_now() FROM starts WHERE bucket = $1"
_BEGUN = "SELECT coalesce(sum(begun), 0)::bigint FROM starts"


class Starts:
    """New sessions with Discord, which are to be some seconds apart whichever process begins them."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._begun: int | None = None

    async def take(self, bucket: int) -> Slot:
        """Take the next start in a bucket, if it is time for one; while the database is away nobody starts."""
        try:
            if not await self._line.ask(_START, (bucket,)):
                waits = await self._line.ask(_WAIT, (bucket,))
                return Slot(max(float(waits[0][0]), 0.05) if waits else 0.05)
            [(begun,)] = await self._line.ask(_BEGUN)
        except DatabaseFailed as problem:
            log.warning("It is not known when a session may be begun: %s", problem)
            return Slot(1.0)
        others = 0 if self._begun is None else int(begun) - self._begun - 1
        self._begun = int(begun)
        return Slot(0.0, max(others, 0))
