"""A port's own page, and what it says of a change that the game may not know of."""

from __future__ import annotations

from bot.demo.people import Person, Seen
from tests.world import SURVIVAL

NO = '{"errors":[{"code":"X","status":"400","detail":"no"}]}'
HEDGE = "the game sees that at its next start, unless it has been started since. I cannot tell."
PERHAPS = "the game sees that at its next start, unless it listens there already. I cannot tell."
SURE = "that takes effect at the game's next start."


async def page_of(person: Person, address: str) -> Seen:
    """Return a port's own page."""
    await person.run("allocations list", server=SURVIVAL)
    return await person.choose(address)
