"""What the service manager is told: that the bot is ready, that it still goes round, that it stops.

The protocol is one datagram to the socket that `NOTIFY_SOCKET` names (sd_notify(3)); without it nothing is sent.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable

log = logging.getLogger(__name__)
LOOKS_EVERY = 0.5
"""Seconds between two looks whether the bot is ready."""


def tell(words: str) -> bool:
    """Send words to the service manager; False where there is none, or it does not listen."""
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name.startswith(("/", "@")):
        return False
    # A name that begins with @ is of the abstract namespace, which begins with a zero byte.
    address = f"\0{name[1:]}" if name[0] == "@" else name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as link:
            link.sendto(words.encode(), address)
    except OSError as problem:
        log.warning("The service manager cannot be told: %s", problem.strerror)
        return False
    return True


def watchdog_every() -> float | None:
    """Return the seconds between two signs of life: half of what WATCHDOG_USEC asks for; None where it does not."""
    raw, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not raw.isdigit() or int(raw) <= 0 or (pid and pid != str(os.getpid())):
        return None
    return int(raw) / 2_000_000


async def keep_told(is_whole: Callable[[], bool], connected: Callable[[], bool]) -> None:
    """Tell when the bot is ready, and give signs of life from the event loop, until cancelled; then that it stops.

    A lost connection to Discord is told as a status only: discord.py comes back by itself, a restart would not help.
    """
    if not os.environ.get("NOTIFY_SOCKET"):
        return
    every, ready, was = watchdog_every(), False, ""
    pause = LOOKS_EVERY if every is None else min(LOOKS_EVERY, every)
    try:
        while True:
            if connected():
                ready, now = ready or tell("READY=1"), "Connected to Discord"
            else:
                now = "Connected to Discord, which others do not know yet" if is_whole() else "Not connected to Discord"
            if now != was:
                was = now
                tell(f"STATUS={now}")
            if every is not None:
                tell("WATCHDOG=1")
            await asyncio.sleep(pause)
    finally:
        tell("STOPPING=1")
