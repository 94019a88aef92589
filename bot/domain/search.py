"""Which allocations fit a text that is searched for on many servers at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.domain.models import Allocation, GameServer

_PORT = re.compile(r":?([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Hit:
    """An allocation that fits, and the server it is on."""

    server: GameServer
    row: Allocation


def hits(servers: Iterable[GameServer], text: str) -> list[Hit]:
    """Return what fits, best first: this very port or address, then part of an address, then words of either."""
    rank = _ranking(text.strip().casefold())
    ranked: list[list[Hit]] = [[], [], []]
    for server in servers:
        for row in server.allocations:
            place = rank(row)
            if place is not None:
                ranked[place].append(Hit(server, row))
    return [hit for place in ranked for hit in place]


def _ranking(wanted: str) -> Callable[[Allocation], int | None]:
    port = _PORT.fullmatch(wanted)
    number, words = int(port[1]) if port else None, wanted.split()

    def rank(row: Allocation) -> int | None:
        if row.port == number:
            return 0
        address, bare = row.address.casefold(), row.bare_address.casefold()
        notes = (row.notes or "").casefold()
        # Most rows have none of it, and there may be ten thousand.
        for word in words:
            if word not in address and word not in bare and word not in notes:
                return None
        if wanted in (address, bare, row.ip.casefold(), (row.alias or "").casefold()):
            return 0
        return 1 if wanted in address or wanted in bare else 2

    return rank
