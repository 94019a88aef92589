"""The place at which the bot is watched: what listens there, and why nothing can."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from contextlib import ExitStack

from bot.operator.readiness import named_at

_NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
"""How an address is refused that a name has and this machine has not, as of IPv6 where that is off."""


async def sockets_at(host: str, port: int) -> list[socket.socket]:
    """Return what listens at each address of a host that this machine has; raise OSError where nothing can.

    asyncio's own way swallows some refusals, and tells of others without their number.
    """
    kind = socket.SOCK_STREAM
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)
    missing: OSError | None = None
    sockets = []
    with ExitStack() as opened:
        for family, _, _, _, address in dict.fromkeys(found):
            try:
                sockets.append(opened.enter_context(socket.create_server(address, family=family)))
            except OSError as problem:
                if problem.errno not in _NOT_HERE:
                    raise
                missing = problem
        if missing is not None and not sockets:
            raise missing
        opened.pop_all()
    return sockets


def refusal(place: tuple[str, int], problem: OSError) -> str:
    """Return the line that says why nothing can listen there, with the setting to change."""
    # What DNS answers has numbers of its own, below zero.
    number = problem.errno or 0
    why = os.strerror(number) if number > 0 else problem.strerror
    return f"METRICS: {place[0]}:{place[1]} cannot be listened at: {why}"


async def refused(place: tuple[str, int], problem: OSError) -> str:
    """Return that line; where it is another process of Berth that listens there, with what to do about it."""
    words = refusal(place, problem)
    if problem.errno != errno.EADDRINUSE:
        return words
    another = await asyncio.to_thread(named_at, *place)
    if another:
        return f"{words}, by another process of Berth: give each a port of its own, or end that one"
    return words
