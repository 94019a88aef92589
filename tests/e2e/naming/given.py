"""Giving a server a name, as the tests of it begin."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen

BOTH = pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True)
VIEW = "GET /servers/5e000001"
NAME = "play.example.org"


async def named(person: Person, name: str = NAME, *, server: str = "Survival") -> Seen:
    """Give a server a name by the command."""
    return await person.run("allocations address", server=server, name=name)
