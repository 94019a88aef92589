"""What the tests of `/allocations find` share: what is seen as found."""

from __future__ import annotations

import itertools

from bot.demo.panel import User
from bot.demo.people import Person, Seen
from tests.stage import Stage
from tests.world import World

FIND = "allocations find"
VIEW = "GET /servers/5e000001"
AGED = "some of it may have changed since"
OTHERS = "Other people's servers"


def user(world: World, name: str) -> User:
    return next(found for found in world.state.users.values() if found.username == name)


def found(seen: Seen) -> list[str]:
    """Return the ports that are seen as found, each with its server."""
    text = seen.embed.description or ""
    lines = text.splitlines()
    return [
        f"{line[line.index('`') :]} @ {after.strip().removeprefix('on ')}"
        for line, after in itertools.pairwise(lines)
        if line.startswith(("⭐", "▫️")) and after.startswith("\u2003on ")
    ]


async def linked(stage: Stage, name: str, key: str) -> Person:
    """Return somebody who has linked a key, with nothing of theirs known any more."""
    person = await stage.linked(name, key)
    await stage.restart()
    return person
