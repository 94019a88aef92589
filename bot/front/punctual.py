"""Which interactions arrive too late: compared with others of late, for the machine's own clock may be wrong.

An interaction's id tells when it was made by Discord's clock. How long it was on its way cannot be read off that, only
how much longer than the quickest.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp
from discord.utils import DISCORD_EPOCH

TOO_LATE = 3.0
"""Seconds after which Discord has told the person that the bot did not respond; they will do it again."""
LATELY = 600.0
"""Seconds for which those that came are compared with. The last before that are too, however old: else after a quiet
hour there would be nothing to tell by that what a lost connection held up is late."""
_SPAN = 60.0
_COUNTS_SLEEP = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_DRIFT = 1e-4
"""Seconds by which two clocks may move apart each second; an undisciplined quartz takes a few hundred-thousandths."""


def clock() -> float:
    """Return the seconds of a clock that nobody sets, and that goes on while the machine sleeps as Discord's does.

    Linux's monotonic one stands still then: what was done meanwhile would seem to be early, and all of it punctual.
    """
    return time.clock_gettime(_COUNTS_SLEEP)


def made(snowflake: int) -> float:
    """Return the Unix seconds by Discord's clock at which something of this id was made."""
    return ((snowflake >> 22) + DISCORD_EPOCH) / 1000


@dataclass(slots=True)
class _Span:
    """What is kept of the interactions of a minute."""

    began: float
    least: float

    def allows(self, at: float) -> float:
        """Return how far the clocks may be apart later, if nothing is late."""
        return self.least + _DRIFT * (at - self.began)


class Punctual:
    """Tells how late an interaction arrives; times are seconds of the `clock` here, and of Discord's there."""

    def __init__(self) -> None:
        self._spans: deque[_Span] = deque()
        self._heard: _Span | None = None

    def hear(self, discord_time: float, *, at: float) -> None:
        """Take note of Discord's clock from elsewhere; the first interaction of all is compared with that."""
        apart = at - discord_time
        if self._heard is None or apart < self._heard.allows(at):
            self._heard = _Span(at, apart)

    @property
    def has_measure(self) -> bool:
        """Whether an interaction came already, so that nothing need be heard from elsewhere."""
        return bool(self._spans)

    def late(self, made: float, *, at: float) -> float:
        """Return how many seconds longer than the quickest an interaction was on its way; the next will be compared."""
        apart = at - made
        first = not self._spans
        if first or at >= self._spans[-1].began + _SPAN:
            self._spans.append(_Span(at, apart))
        else:
            self._spans[-1].least = min(self._spans[-1].least, apart)
        while len(self._spans) > 1 and self._spans[1].began < at - LATELY:
            self._spans.popleft()
        least = min(span.allows(at) for span in self._spans)
        if first and self._heard is not None:
            least = min(least, self._heard.allows(at))
        return max(apart - least, 0.0)


def listening(punctual: Punctual, *, now: Callable[[], float]) -> aiohttp.TraceConfig:
    """Return what lets it hear Discord's clock from each of Discord's HTTP answers."""

    async def on_answer(
        session: aiohttp.ClientSession, _: SimpleNamespace, answer: aiohttp.TraceRequestEndParams
    ) -> None:
        if punctual.has_measure:
            # Listening costs every request something, and nothing is to be heard any more.
            if trace in session.trace_configs:
                session.trace_configs.remove(trace)
            return
        try:
            told = parsedate_to_datetime(answer.response.headers["Date"])
        except (KeyError, ValueError, OverflowError):
            return
        punctual.hear(told.timestamp(), at=now())

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(on_answer)
    return trace
