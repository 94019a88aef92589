"""Which allocations fit a text that is searched for: of one server, or over many servers at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.models import Allocation, GameServer

_PORT = re.compile(r":?([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Hit:
    """An allocation that fits, and the server it is on."""

    server: GameServer
    row: Allocation


def found(rows: Sequence[Allocation], sought: str) -> list[Allocation]:
    """Return those with every one of these words in their address or their notes; all where there are no words."""
    words = sought.casefold().split()
    return [row for row in rows if _has_all(_said_of(row), words)]


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
        address, bare, _ = said = _said_of(row)
        if not _has_all(said, words):
            return None
        if wanted in (address, bare, row.ip.casefold(), (row.alias or "").casefold()):
            return 0
        return 1 if wanted in address or wanted in bare else 2

    return rank


def _said_of(row: Allocation) -> tuple[str, str, str]:
    """Return the address as players type it and as the panel stores it, and the notes, for comparison."""
    address = row.address.casefold()
    # Without an alias they are the same, and writing one out takes the longest of all this.
    return address, row.bare_address.casefold() if row.alias else address, (row.notes or "").casefold()


def _has_all(said: tuple[str, str, str], words: Sequence[str]) -> bool:
    address, bare, notes = said
    # As a loop: all() with any() takes several times as long, and there may be ten thousand rows.
    for word in words:  # noqa: SIM110
        if word not in address and word not in bare and word not in notes:
            return False
    return True
