"""What the panel has said about its limits, remembered per key and per server so that it is not asked in vain."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from cachetools import TTLCache

from bot.panel.errors import RateLimited

_WINDOW = 60.0
"""Seconds of the panel's fixed window, counted from its first request."""
_LONGEST = 3600
"""Seconds to wait at most, whatever an answer asks for."""
_KEPT = 2_000
"""Limits remembered; one that falls out is learnt again from the panel's next answer."""


class Throttle:
    """Holds back requests the panel would refuse with 429; raises RateLimited with the time to try again."""

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._until: TTLCache[str, float] = TTLCache(_KEPT, 3600, timer=now)
        self._window: TTLCache[str, tuple[float, int]] = TTLCache(_KEPT, _WINDOW, timer=now)

    def check(self, budget: str) -> None:
        """Raise RateLimited while the panel's last word for this budget was "not before"."""
        until = self._until.get(budget)
        if until is not None and until > self._now():
            raise RateLimited(self.words(budget), retry_at=until)

    def learn(self, budget: str, status: int, headers: Mapping[str, str]) -> float | None:
        """Take in `Retry-After` and `X-RateLimit-*` of an answer; return the Unix time to try again, if told."""
        retry_at = self._retry_at(headers)
        if status == 429:
            retry_at = retry_at if retry_at is not None else self._now() + _WINDOW
            self._until[budget] = retry_at
            return retry_at
        remaining = _number(headers.get("X-RateLimit-Remaining"))
        if remaining is None:
            return retry_at
        opened, before = self._window.get(budget, (self._now(), remaining))
        if remaining > before:
            opened = self._now()
        if opened + _WINDOW > self._now():
            self._window[budget] = (opened, remaining)
        if remaining == 0:
            self._until[budget] = opened + _WINDOW
        return retry_at

    def _retry_at(self, headers: Mapping[str, str]) -> float | None:
        raw = headers.get("Retry-After")
        seconds = _number(raw)
        if seconds is not None:
            return self._now() + min(seconds, _LONGEST)
        if raw:
            try:
                return parsedate_to_datetime(raw).timestamp()
            except ValueError:
                return None
        reset = _number(headers.get("X-RateLimit-Reset"))
        return float(reset) if reset and reset > self._now() else None

    @staticmethod
    def words(budget: str) -> str:
        """Say which limit this budget is."""
        if budget.startswith("create:"):
            return "The panel assigns only so many allocations a minute to one server."
        return "Too many requests for your panel account."


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 12 else None
