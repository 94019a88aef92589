"""How late the event loop gets to what is due: what everybody waits for besides their own work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

EVERY = 0.5
"""Seconds between two looks."""


async def watch_lag(note: Callable[[float], None]) -> None:
    """Note by how many seconds a sleep was longer than asked for, again and again."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + EVERY
        await asyncio.sleep(EVERY)
        note(max(0.0, clock() - due))
