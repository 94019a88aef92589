"""Whether the running bot is connected, told across processes by the age of a file beside the database."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)
EVERY = 20.0
"""Seconds between two beats while Discord is connected."""
LOOKS_EVERY = 1.0
"""Seconds between two looks while it is not, and between two tries to write a file that cannot be written."""
STALE = 90.0
"""Seconds without a beat after which the bot counts as unhealthy."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the bot is well, and why."""

    healthy: bool
    words: str

    def __str__(self) -> str:
        return f"{'healthy' if self.healthy else 'unhealthy'}: {self.words}"


def heartbeat_file(database: Path) -> Path:
    """Return the file whose age tells: beside the database, so that it is this bot's and seen from everywhere."""
    return database.with_name(f"{database.name}.heartbeat")


def judge(database: Path | None) -> Verdict:
    """Tell whether the bot on this database was connected to Discord within the last 90 seconds."""
    if database is None:
        return Verdict(False, "the database is in memory, so there is no folder for a heartbeat to be read from")
    path = heartbeat_file(database)
    try:
        age = (time.time_ns() - path.lstat().st_mtime_ns) / 1e9
    except FileNotFoundError:
        return Verdict(False, f"no bot on {database} is connected to Discord: there is no {path.name} beside it")
    except OSError as problem:
        return Verdict(False, f"{path} cannot be read: {problem.strerror}")
    if age < 0:
        return Verdict(False, f"{path} is from the future: the clock was set back, or something else has written it")
    if age >= STALE:
        return Verdict(False, f"the bot was last connected to Discord {age:.0f} seconds ago")
    return Verdict(True, f"the bot was connected to Discord {age:.0f} seconds ago")


async def beat(connected: Callable[[], bool], database: Path | None) -> None:
    """Touch the file every 20 seconds while connected, until cancelled; then remove it.

    What an earlier bot left there is removed first. A file that cannot be written is tried again every second.
    """
    if database is None:
        return
    path = heartbeat_file(database)
    _remove(path)
    failing = False
    try:
        while True:
            well = connected()
            try:
                if well:
                    _touch(path)
            except OSError as problem:
                well = False
                if not failing:
                    log.warning("The health check will fail: %s cannot be written: %s", path, problem.strerror)
                failing = True
            else:
                if well and failing:
                    log.info("The health check works again: %s is written", path)
                    failing = False
            await asyncio.sleep(EVERY if well else LOOKS_EVERY)
    finally:
        _remove(path)


def _touch(path: Path) -> None:
    # Not followed if it is a link: the folder may be shared with others.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        # By this machine's clock, which is the one it is compared with; a network file system has its own.
        os.utime(descriptor, ns=(time.time_ns(),) * 2)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
