"""Asking what a server does, and restarting it."""

from __future__ import annotations

from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from tests.e2e.test_power import pass_time
from tests.e2e.trouble import TroubledStage
from tests.world import World

SURVIVAL = "5e000001"


async def state_of(person: Person, button: str = "Restart…") -> Seen:
    """Return what the button of the list shows."""
    await person.run("allocations list", server=SURVIVAL)
    return await person.press(button)


def promote(world: World) -> None:
    """Make the second port the primary on the panel's own page."""
    WebPage(world.state, None).make_primary(world.survival, world.state.allocations[2])


async def restarted(stage: TroubledStage, person: Person, seconds: int) -> Seen:
    """Press Restart in the question and return what is seen so many seconds later."""
    seen = await person.press("Restart Survival")
    await pass_time(stage, seconds)
    return person.saw(seen.result)
