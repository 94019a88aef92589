"""What the tests of **Post address here** share: asking, and what was posted."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from tests.stage import Stage

LINE = "**Survival**: `play.example.com:25565`"
BOTH = pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True)
VIEW = "GET /servers/5e000001"


async def asked(person: Person, *, server: str = "Survival") -> Seen:
    """Open a server's list and press the button."""
    await person.run("allocations list", server=server)
    return await person.press("Post address here")


def posts(stage: Stage, reader: Person) -> list[str]:
    """Return the lines that somebody else sees in the channel."""
    return [message.content or "" for message in stage.channel.history(viewer=reader.actor)]
