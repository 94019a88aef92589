"""Everyone's changes: the way to the panel's own log of a server, and its lines as they are read."""

from __future__ import annotations

import re

import pytest

from bot.demo.panel import Flavour, User
from bot.demo.people import Person, Seen
from tests.world import World

PTERODACTYL, PELICAN = Flavour.PTERODACTYL_1_11, Flavour.PELICAN
on_both = pytest.mark.parametrize("stage", [PTERODACTYL, PELICAN], indirect=True, ids=str)
on_pelican = pytest.mark.parametrize("stage", [PELICAN], indirect=True, ids=str)
ACTIVITY = "GET /servers/5e000001/activity"
LABEL = "Everyone's changes"


async def everyone(person: Person, server: str = "5e000001") -> Seen:
    """Go to everybody's changes as a person does."""
    await person.run("allocations history", server=server)
    return await person.press(LABEL)


def lines(seen: Seen) -> list[str]:
    """Return the lines of the log that are seen, without when they were."""
    return [line.partition(" · ")[2] for line in (seen.embed.description or "").splitlines() if line.startswith("<t:")]


def unescaped(line: str) -> str:
    """Return a line as it is read, without what takes Markdown out of effect."""
    return re.sub(r"\\(.)", r"\1", line)


def user(world: World, name: str) -> User:
    return next(found for found in world.state.users.values() if found.username == name)
