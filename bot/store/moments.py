"""Moments as the database keeps them: whole Unix seconds, which read the same whatever the time zone."""

from __future__ import annotations

from datetime import UTC, datetime


def stored(moment: datetime) -> int:
    """Return what is stored for an aware moment."""
    return int(moment.timestamp())


def moment(seconds: int) -> datetime:
    """Return the aware UTC moment that was stored."""
    return datetime.fromtimestamp(seconds, UTC)
