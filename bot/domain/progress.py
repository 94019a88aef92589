"""How far a long reading is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Progress:
    """Servers read so far, and how many there are; filled in while a list of them is read page by page."""

    read: int = 0
    total: int | None = None
    """None until the first page has come."""
