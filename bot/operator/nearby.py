"""Whether the bot on a server's database is connected, asked of itself on this machine where METRICS is not set.

By a socket without a file: an image may have a disk that takes no writes, and a service a folder for temporary files
of its own. It ends with the process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
import time
from collections.abc import Callable

from bot.operator.health import LOOKS_EVERY, STALE, Verdict
from bot.operator.readiness import OTHERS_DO_NOT_KNOW

log = logging.getLogger(__name__)
WITHIN = 5.0
"""Seconds it gets to answer."""
_LONGEST = 500
_PEER = struct.Struct("3i")


async def answer(connected: Callable[[], bool], is_whole: Callable[[], bool], name: str) -> None:
    """Answer whoever asks until cancelled; while another process does under the same name, wait for its end.

    A bot that is whole and not `connected` is one of which other processes do not know yet that it is.
    """
    since: float | None = None

    def told(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(str(_verdict(since, is_whole=is_whole())).encode())
        writer.close()

    waits = False
    while True:
        try:
            server = await asyncio.start_unix_server(told, f"\0{name}")
        except OSError as problem:
            if not waits:
                log.info("The health check asks another process of this bot as long as that runs: %s", problem.strerror)
            waits = True
            await asyncio.sleep(LOOKS_EVERY)
            continue
        async with server:
            while True:
                since = time.monotonic() if connected() else since
                await asyncio.sleep(LOOKS_EVERY)


def ask(name: str) -> Verdict:
    """Ask the bot that runs on this machine, as this user or for root as any; return what it says."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(WITHIN)
            link.connect(f"\0{name}")
            _, user, _ = _PEER.unpack(link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
            if os.geteuid() not in (0, user):
                return Verdict(False, "what answers in the bot's place runs as another user")
            words = link.makefile("rb").read(_LONGEST).decode(errors="replace")
    except TimeoutError:
        return Verdict(False, f"the bot does not answer within {WITHIN:.0f} seconds")
    except OSError:
        return Verdict(False, "no bot with these settings runs on this machine")
    state, _, why = words.partition(": ")
    return Verdict(state == "healthy", why)


def _verdict(since: float | None, *, is_whole: bool) -> Verdict:
    age = None if since is None else time.monotonic() - since
    if age is not None and age < STALE:
        return Verdict(True, f"the bot was connected to Discord {age:.0f} seconds ago")
    if is_whole:
        return Verdict(False, f"the bot is {OTHERS_DO_NOT_KNOW}")
    if age is None:
        return Verdict(False, "the bot was not connected to Discord yet")
    return Verdict(False, f"the bot was last connected to Discord {age:.0f} seconds ago")
