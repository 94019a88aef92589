"""Looking a name up at a real DNS server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.demo.nameserver import NameServer, Zone
from bot.domain.hostnames import JoinName
from bot.domain.models import Allocation
from bot.domain.resolved import Finding, judged, records_for
from bot.domain.srv import MINECRAFT, Game
from bot.net.resolver import Resolver

NAME = "play.example.org"
SRV = f"_minecraft._tcp.{NAME} SRV"
HERE, THERE = "203.0.113.7", "198.51.100.4"
NODE = {"node.example.org A": [HERE]}
PRIMARY = Allocation(1, HERE, None, 25576, None, is_primary=True)
PLAIN = JoinName(NAME)
SLACK = 0.5
"""Seconds more than it may take, for a machine that is busy with other things."""


@asynccontextmanager
async def asking(zone: Zone, *, ttl: int = 60, kind: type[NameServer] = NameServer) -> AsyncIterator[Resolver]:
    """Yield a resolver whose one DNS server has this zone; `resolver.server` is that."""
    async with kind(zone, ttl=ttl) as server:
        resolver = Resolver(["127.0.0.1"], port=server.port)
        resolver.server = server  # type: ignore[attr-defined]
        yield resolver


async def found(
    zone: Zone, *, name: JoinName = PLAIN, game: Game | None = MINECRAFT, primary: Allocation = PRIMARY
) -> Finding:
    """Return what a name means with a zone."""
    async with asking(zone) as resolver:
        return judged(name, primary, game, await resolver.look_up(name.host, records_for(name, game)))
