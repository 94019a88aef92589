"""Leaving the gateway without losing what it has sent by then."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

log = logging.getLogger(__name__)
_LOOK = 0.01
"""Seconds between two looks whether Discord has answered."""


async def leave_in_order(sockets: Sequence[Any], *, within: float) -> None:
    """Tell Discord that these connections end, and let what is under way to here be read until it answers that.

    The close frame alone is sent: whoever reads the connection reads on. Both aiohttp's and discord.py's own ways to
    close read on as well, and throw away what comes.
    """
    try:
        await asyncio.gather(*(socket._writer.close(1000, b"") for socket in sockets))
    except OSError as problem:
        log.info("A connection to the gateway was lost while it was left: %s", type(problem).__name__)
    for _ in range(int(within / _LOOK)):
        await asyncio.sleep(_LOOK)
        if all(socket.closed for socket in sockets):
            return
    log.info("The gateway does not answer: hanging up")
