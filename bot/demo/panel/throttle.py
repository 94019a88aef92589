"""The panel's two limiters: all requests of one user, and creates on one server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from bot.demo.panel.errors import PanelError

WINDOW = 60.0


@dataclass(slots=True)
class _Window:
    ends_at: float
    count: int = 0


class Throttle:
    """Counts calls in fixed windows of 60 seconds, each starting with its first call."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {}

    def hit(self, name: str, limit: int) -> dict[str, str]:
        """Count a call and return its rate limit headers; raises 429 when the limit is used up."""
        now = self._clock()
        window = self._windows.get(name)
        if window is None or window.ends_at <= now:
            window = self._windows[name] = _Window(now + WINDOW)
        elif window.count >= limit:
            raise _too_many(limit, window.ends_at, now)
        window.count += 1
        return _headers(limit, limit - window.count)

    def clear(self) -> None:
        """Forget all windows, as a restart of the panel's cache does."""
        self._windows.clear()


def _headers(limit: int, remaining: int) -> dict[str, str]:
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(remaining)}


def _too_many(limit: int, ends_at: float, now: float) -> PanelError:
    headers = _headers(limit, 0) | {
        "Retry-After": str(ceil(ends_at - now)),
        "X-RateLimit-Reset": str(int(ends_at)),
    }
    text = "Too Many Attempts."
    return PanelError(429, "ThrottleRequestsException", text, headers=headers)
