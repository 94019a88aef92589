"""Giving a server a name, as the tests of it begin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.demo.nameserver import NameServer
from bot.demo.panel import Flavour
from bot.demo.panel.records import Build
from bot.demo.people import Person, Seen
from bot.net.resolver import Resolver
from tests.stage import Stage
from tests.world import World

BOTH = pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True)
VIEW = "GET /servers/5e000001"
NAME = "play.example.org"
HERE, AWAY, AWAY_V6 = "203.0.113.7", "198.51.100.4", "2001:db8::7"
NODE = "node.example.org"
OF_NO_KNOWN_GAME = Build(image="ghcr.io/ptero-eggs/yolks:debian", features=())
"""What a server is made of whose game the panel does not tell."""
SRV = f"_minecraft._tcp.{NAME} SRV"
TEAMSPEAK = f"_ts3._udp.{NAME} SRV"


@asynccontextmanager
async def names_answered(stage: Stage) -> AsyncIterator[NameServer]:
    """Yield the DNS that the bot asks: the name leads to Survival's address, by a record to its first port."""
    async with NameServer({}, ttl=0) as server:
        server.zone = {
            SRV: ["0 5 25565 node.example.org."],
            f"{NAME} A": ["203.0.113.7"],
            "node.example.org A": ["203.0.113.7"],
        }
        stage.look_names_up_by(Resolver(["127.0.0.1"], port=server.port))
        yield server


async def named(person: Person, name: str = NAME, *, server: str = "Survival") -> Seen:
    """Give a server a name by the command."""
    return await person.run("allocations address", server=server, name=name)


async def ann_named(stage: Stage, world: World, name: str = NAME) -> tuple[Person, Seen]:
    """Return ann, who has just given Survival a name, and what she saw."""
    ann = await stage.linked("ann", world.ann)
    return ann, await named(ann, name)
