"""How often the gateway is tried: soon after it returns, and never so often that Discord takes the token away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Protocol

from bot.domain.together import Slot

FREE = 5
"""Tries a shard may make without waiting: one after each of a few lost connections in a row."""
LONGEST = 10.0
"""Seconds between two tries at most, as long as there are enough new sessions left for the day."""
QUIET = 60.0
"""Seconds without a try after which the connection counts as lasting."""
BETWEEN_SESSIONS = 5.0
"""Seconds between two new sessions of the same bucket, as Discord asks."""
DAY = 24 * 3600.0
PER_DAY = 1_000
"""New sessions that Discord allows a day if it says nothing else; with more it resets the token."""
RESERVE = 0.05
"""Part of them that is left for restarts."""


class Starts(Protocol):
    """Who may begin a new session now, of all processes of the bot."""

    async def take(self, bucket: int) -> Slot:
        """Take the next start in a bucket, if it is time for one."""


class OwnStarts:
    """The starts of a process that is the only one."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last: dict[int, float] = {}

    async def take(self, bucket: int) -> Slot:
        """Take the next start in a bucket, if the last one is five seconds ago."""
        wait = self._last.get(bucket, float("-inf")) + BETWEEN_SESSIONS - self._now()
        if wait > 0:
            return Slot(wait)
        self._last[bucket] = self._now()
        return Slot(0.0)


class Pace:
    """Says when the next connection may be tried, and counts new sessions (IDENTIFY) against the day's.

    While the half of them is left, tries are at most ten seconds apart; what is left then is spread over the time until
    Discord counts anew. Tries that never come to a new session cost none.
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        chance: Callable[[float, float], float] = random.uniform,
        starts: Starts | None = None,
    ) -> None:
        self._now = now
        self._chance = chance
        self._starts = starts or OwnStarts(now)
        self._leaving = False
        self._free = FREE
        self._tries = 0
        self._last_try = float("-inf")
        self._due = float("-inf")
        self._last_session = float("-inf")
        self.allow(total=PER_DAY, remaining=PER_DAY, resets_in=DAY, shards=1)

    def allow(self, *, total: int, remaining: int, resets_in: float, shards: int, at_once: int = 1) -> None:
        """Take over what Discord says of new sessions: how many a day, how many are left, and for how many seconds.

        `at_once` shards may begin one in the same five seconds: those of different remainders.
        """
        self._buckets = max(at_once, 1)
        self._total = max(total, 1)
        self._left = remaining
        self._resets_at = self._now() + (resets_in if resets_in > 0 else DAY)
        self._counted_from = self._now()
        self._free = FREE * max(shards, 1)

    @property
    def scarce(self) -> bool:
        """Whether so few new sessions are left that they are spread over the time until there are more."""
        return self._left <= self._total / 2

    def wait(self) -> float:
        """Return the seconds until the next try."""
        now = self._now()
        while now >= self._resets_at:
            self._left, self._resets_at = self._total, self._resets_at + DAY
        due = self._due
        if self.scarce:
            to_spend = self._left - self._total * RESERVE
            since = max(self._last_session, self._counted_from)
            # With none to spend: when Discord counts anew, and not before.
            due = max(due, since + (self._resets_at - since) / to_spend if to_spend >= 1 else self._resets_at)
        return max(0.0, due - now)

    def leave(self) -> None:
        """Let no connection be tried and no session begun from now on: who asks waits for ever."""
        self._leaving = True

    async def _unless_leaving(self) -> None:
        if self._leaving:
            await asyncio.Event().wait()

    async def turn(self) -> None:
        """Wait until the next try may be made, and count it."""
        await self._unless_leaving()
        if (seconds := self.wait()) > 0:
            await asyncio.sleep(seconds)
        now = self._now()
        self._tries = self._tries + 1 if now - self._last_try < QUIET else 1
        self._last_try = now
        too_many = self._tries - self._free
        if too_many > 0:
            self._due = now + min(LONGEST, 2.0 ** min(too_many - 1, 10)) * self._chance(0.5, 1)

    async def session(self, shard: int = 0) -> None:
        """Wait until this shard may begin a new session, and count it."""
        while True:
            await self._unless_leaving()
            slot = await self._starts.take(shard % self._buckets)
            if slot.wait <= 0:
                break
            await asyncio.sleep(slot.wait)
        await self._unless_leaving()
        self._last_session = self._now()
        self._left -= 1 + slot.others
