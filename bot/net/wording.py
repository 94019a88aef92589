"""What strangers say of themselves, cut to what a message can take before anything else is done with it."""

from __future__ import annotations

_LONGEST = 300
"""Characters of a text."""
_HIGHEST = 10_000_000
"""The largest number of players that is believed."""


def words(said: object) -> str:
    """Return a text, cut; nothing for what is none."""
    return said[:_LONGEST] if isinstance(said, str) else ""


def amount(said: object) -> int | None:
    """Return a number of players; None for what cannot be one."""
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= _HIGHEST else None
