"""Whether the running bot is connected, told across processes by the age of a file."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)
EVERY = 20.0
"""Seconds between two beats while Discord is connected."""
LOOKS_EVERY = 1.0
"""Seconds between two looks while it is not."""
STALE = 90.0
"""Seconds without a beat after which the bot counts as unhealthy."""


def heartbeat_file() -> Path:
    """Return the file whose age tells: one a user and machine, outside the data folder."""
    return Path(tempfile.gettempdir()) / f"berth-{os.getuid()}.heartbeat"


def is_healthy() -> bool:
    """Tell whether a bot on this machine was connected to Discord within the last 90 seconds."""
    try:
        return time.time() - heartbeat_file().lstat().st_mtime < STALE
    except OSError:
        return False


async def beat(connected: Callable[[], bool]) -> None:
    """Touch the file every 20 seconds while connected, until cancelled; then remove it."""
    path = heartbeat_file()
    try:
        while True:
            well = connected()
            if well:
                # Not followed if it is a link: the folder may be shared with others.
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600))
                os.utime(path)
            await asyncio.sleep(EVERY if well else LOOKS_EVERY)
    except OSError as problem:
        log.warning("The health check will fail: %s cannot be written: %s", path, problem.strerror)
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
