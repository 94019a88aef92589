"""What the panel has refused for too many requests, remembered so that it is not asked in vain.

Only a 429, or a used-up limit whose end the panel named, holds anybody back, and only whom it was said to; else the
panel is asked. Which limiter refused a creation is told by the limit it names: the account's is the one that all
other answers name, whatever its size. Where that does not tell, the words hold for both and only that person's
creations on that server wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum

from cachetools import TTLCache

from bot.observer import UNOBSERVED, Observer
from bot.panel.errors import RateLimited

LONGEST = 3600.0
"""Seconds to wait at most, whatever an answer asks for."""
BREATHER = 5.0
"""Seconds after a 429 that names no time, as some proxies give it."""
_KEPT = 2_000
"""Refusals remembered; one that falls out is learnt again from the panel's next answer."""


class Limiter(StrEnum):
    """Whose limit a refusal speaks of, in words for the person."""

    ACCOUNT = "There were too many requests from your panel account."
    CREATION = "{panel} adds only so many ports to one server in a while, whoever asks."
    EITHER = (
        "There were too many requests from your panel account, or too many new ports on this server: {panel} does not "
        "say which."
    )
    BEFORE = "Something in front of {panel} limits my requests."


@dataclass(frozen=True, slots=True)
class _Held:
    """What the panel's last word holds back: until when, and how many it allows at a time, where it says so."""

    limiter: Limiter
    until: float
    named: bool
    """Whether the answer named that time."""
    allows: int | None


class Throttle:
    """Holds back requests the panel would refuse with 429; raises RateLimited with the time to try again.

    `now` is the time to tell people; what is waited for is counted by `elapsed`, which nobody sets back.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.monotonic,
        observer: Observer = UNOBSERVED,
    ) -> None:
        self._observer = observer
        self._now = now
        self._elapsed = elapsed
        self._held: TTLCache[str, _Held] = TTLCache(_KEPT, LONGEST, timer=elapsed)
        self._account_limit: int | None = None

    def check(self, key: str, *, creates_on: str | None = None) -> None:
        """Raise RateLimited while the panel's last word for this key, or its creations there, was "not before"."""
        for name in (key, _name(key, creates_on)):
            held = self._held.get(name)
            if held is not None and held.until > self._elapsed():
                raise self._refusal(held)

    def learn(
        self, key: str, status: int, headers: Mapping[str, str], *, creates_on: str | None, by_panel: bool
    ) -> float | None:
        """Take in an answer's `Retry-After` and `X-RateLimit-*`; return the Unix time to try again, if it names one.

        Raises RateLimited for a 429. `by_panel` tells that the panel itself answered, nothing before it.
        """
        limit = _number(headers.get("X-RateLimit-Limit"))
        limiter = self._whose(limit, creates_on) if by_panel else Limiter.BEFORE
        if by_panel and creates_on is None and limit is not None:
            self._account_limit = limit
        wait = self._named(headers)
        if status == 429 or (wait is not None and _number(headers.get("X-RateLimit-Remaining")) == 0):
            name = key if limiter is Limiter.ACCOUNT else _name(key, creates_on)
            until = self._elapsed() + (BREATHER if wait is None else wait)
            held = self._held[name] = _Held(limiter, until, named=wait is not None, allows=limit)
            if status == 429:
                raise self._refusal(held)
        return None if wait is None else self._now() + wait

    def _whose(self, limit: int | None, creates_on: str | None) -> Limiter:
        if creates_on is None:
            return Limiter.ACCOUNT
        if limit is None or self._account_limit is None:
            return Limiter.EITHER
        return Limiter.ACCOUNT if limit == self._account_limit else Limiter.CREATION

    def _refusal(self, held: _Held) -> RateLimited:
        self._observer.held_back(held.limiter.name.lower(), max(0.0, held.until - self._elapsed()))
        if held.named:
            refusal = RateLimited(held.limiter.value, retry_at=self._now() + held.until - self._elapsed())
        else:
            refusal = RateLimited(held.limiter.value, advice="Try again in a minute. Nothing was changed.")
        refusal.creations = held.allows if held.limiter is Limiter.CREATION else None
        return refusal

    def _named(self, headers: Mapping[str, str]) -> float | None:
        """Return in how many seconds an answer says to try again: told in seconds, as a date, or as a Unix time."""
        raw = headers.get("Retry-After", "")
        wait: float | None = _number(raw)
        if wait is None:
            moment = _date(raw) or _number(headers.get("X-RateLimit-Reset"))
            # Both are by the clock of who answered, which may be another than ours.
            wait = None if moment is None else moment - (_date(headers.get("Date", "")) or self._now())
        return None if wait is None or wait < 0 else min(wait, LONGEST)


def _name(key: str, creates_on: str | None) -> str:
    return key if creates_on is None else f"{key} creates on {creates_on}"


def _date(text: str) -> float | None:
    """Return the Unix time of an HTTP date; None for anything else, such as a year that no clock has."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 12 else None
