"""Where the tests of the way on from an error begin."""

from __future__ import annotations

from bot.demo.people import Person, Seen
from tests.stage import Stage


def messages(stage: Stage, person: Person) -> list[int]:
    """Return the messages of the channel that a person sees, whoever else does."""
    return [message.id for message in stage.channel.history(viewer=person.actor)]


async def a_list(_: Stage, person: Person) -> Seen:
    """Open Survival's list."""
    return await person.run("allocations list", server="Survival")


async def a_port(stage: Stage, person: Person) -> Seen:
    """Open the page of a port of it."""
    await a_list(stage, person)
    return await person.choose("2")
