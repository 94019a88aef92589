"""What the bot remembers of itself between starts."""

from __future__ import annotations

from typing import Protocol


class Remembers(Protocol):
    """A place for a named JSON value."""

    async def recall(self, name: str) -> object | None:
        """Return the value, or None."""

    async def remember(self, name: str, value: object) -> None:
        """Keep the value."""
