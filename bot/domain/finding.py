"""The allocations among many that somebody looks for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.models import Allocation


def found(rows: Sequence[Allocation], sought: str) -> list[Allocation]:
    """Return those with every one of these words in their address or their notes; all where there are no words."""
    words = sought.casefold().split()
    return [row for row in rows if all(word in _said_of(row) for word in words)]


def _said_of(row: Allocation) -> str:
    return f"{row.address} {row.bare_address} {row.notes or ''}".casefold()
