"""What a public post shows of a server: its name, and what leads players there."""

from __future__ import annotations

from dataclasses import dataclass

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
    alias = server.primary.other if server.primary else None
    has_name = server.given is not None or (alias is not None and alias.name is not None)
    return Line(without_ips(server.name), server.typed if has_name else None)
