"""What a public post shows of a server: its name, and what leads players there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.hostnames import ip_in
from bot.domain.models import GameServer

HIDDEN = "…"
"""Stands in a server's name for an IP address that is not to be shown."""
_MAY_BE_IP = re.compile(r"\[?[0-9A-Fa-f:.]*[.:][0-9A-Fa-f:.]+\]?")


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
    return Line(_without_ips(server.name), server.typed if has_name else None)


def _without_ips(text: str) -> str:
    return _MAY_BE_IP.sub(lambda found: HIDDEN if _holds_ip(found[0]) else found[0], text)


def _holds_ip(text: str) -> bool:
    """Tell whether a run of digits, colons and dots is an IP address, with or without a port or a full stop behind."""
    bare = text.strip(".:")
    head = bare.rpartition(":")[0]
    return any(ip_in(part) is not None for part in (text, bare, head) if part)
