"""The panel's time, which a test can let pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class Clock:
    """A clock that can be put forward."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._advanced = 0.0

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Return the clock itself: a copy of the panel's state has the panel's time."""
        return self

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._now() + self._advanced

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._advanced += seconds
