"""Which allocations fit a text that is searched for on many servers at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.domain.finding import found
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
    number = int(port[1]) if port else None

    def rank(row: Allocation) -> int | None:
        addresses = (row.address.casefold(), row.bare_address.casefold())
        if row.port == number or wanted in (*addresses, row.ip.casefold(), (row.alias or "").casefold()):
            return 0
        if any(wanted in address for address in addresses):
            return 1
        return 2 if found([row], wanted) else None

    return rank
