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


def found(server: GameServer, sought: str) -> list[Allocation]:
    """Return its rows with every one of these words in their address or their notes; all where there are no words."""
    wanted, name = _wanted(sought), " ".join(server.name_spellings)
    words, named = wanted.split(), server.after_name(wanted)
    return [
        row
        for row in server.allocations
        if row.port in named or _has_all(_said_of(row, name if row.is_primary else ""), words)
    ]


def hits(servers: Iterable[GameServer], text: str) -> list[Hit]:
    """Return what fits, best first: this very port or address, then part of an address, then words of either."""
    wanted = _wanted(text)
    rank = _ranking(wanted)
    ranked: list[list[Hit]] = [[], [], []]
    for server in servers:
        names, named = server.name_spellings, server.after_name(wanted)
        for row in server.allocations:
            place = 0 if row.port in named else rank(row, names if names and row.is_primary else ())
            if place is not None:
                ranked[place].append(Hit(server, row))
    return [hit for place in ranked for hit in place]


def _wanted(text: str) -> str:
    """Return the words of a search, for comparison; commas between them are no part of any."""
    return " ".join(text.casefold().replace(",", " ").split())


def _ranking(wanted: str) -> Callable[[Allocation, tuple[str, ...]], int | None]:
    port = _PORT.fullmatch(wanted)
    number, words = int(port[1]) if port else None, wanted.split()

    def rank(row: Allocation, names: tuple[str, ...]) -> int | None:
        if row.port == number:
            return 0
        address, bare, _, name = said = _said_of(row, " ".join(names))
        if not _has_all(said, words):
            return None
        if wanted in (address, bare, row.ip.casefold(), (row.alias or "").casefold(), *names):
            return 0
        return 1 if wanted in address or wanted in bare or wanted in name else 2

    return rank


def _said_of(row: Allocation, name: str) -> tuple[str, str, str, str]:
    """Return the address as players type it, the panel's or its label, notes and server's name, for comparison."""
    address = row.address.casefold()
    # Without an alias they are the same, and writing one out takes the longest of all this.
    other = address if row.alias is None else (row.label or row.bare_address).casefold()
    return address, other, (row.notes or "").casefold(), name


def _has_all(said: tuple[str, str, str, str], words: Sequence[str]) -> bool:
    address, bare, notes, name = said
    # As a loop: all() with any() takes several times as long, and there may be ten thousand rows.
    for word in words:
        if word not in address and word not in bare and word not in notes and word not in name:
            return False
    return True
