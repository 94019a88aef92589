"""What a public post shows of a server: its name, and what leads players there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.hostnames import ip_in
from bot.domain.ips import without_ips
from bot.domain.models import GameServer


@dataclass(frozen=True, slots=True)
class Line:
    """The parts of the one line that is posted; panel text, to be made safe."""

    name: str
    typed: str | None
    """What players type; None where there is nothing that may be shown."""


def line_of(server: GameServer, *, hide_ips: bool) -> Line:
    """Return what is posted of a server; with `hide_ips` only names, and no IP address anywhere in it."""
    if not hide_ips:
        return Line(server.name, server.typed)
    typed = server.typed if server.join_name else None
    own = [address for row in server.allocations if (address := ip_in(row.ip)) is not None]
    # `203.0.113.7.nip.io` is a name, and tells the address all the same.
    return Line(without_ips(server.name, own), typed if typed and without_ips(typed, own) == typed else None)
