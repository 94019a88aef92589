"""Changes of the primary there and back, and what is said of the game that runs meanwhile."""

from __future__ import annotations

from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from tests.e2e.checks import HOURS, READ, CheckingStage
from tests.world import SURVIVAL, World

MARK = "⏳ **After the next start** these take effect:"
LISTENS = "⏳ A game that is running listens on"
RESTART = "🔁 The game server sees this at its next start: restart it when it suits your players."
THERE = "☑️ The game that runs listens there already: no restart is needed for this."
LOG = f"{READ}/activity"


def by_page(stage: CheckingStage, world: World, allocation: int, *, ago: float) -> None:
    """Let somebody make a port the primary on the panel's own page, so many seconds ago."""
    stage.panel.advance(-ago)
    WebPage(world.state, None).make_primary(world.survival, world.state.allocations[allocation])
    stage.panel.advance(ago)


def chosen_before_the_start(stage: CheckingStage, world: World) -> None:
    """Let the log tell that the first port was made the primary before the server was started."""
    by_page(stage, world, 1, ago=HOURS + 600)


async def to_the_first(person: Person) -> Seen:
    """Make the first port the primary by the bot."""
    return await person.run("allocations primary", server=SURVIVAL, allocation="25565")


async def page_of_the_first(stage: CheckingStage, person: Person) -> Seen:
    """Return the first port's own page."""
    await person.run("allocations list", server=SURVIVAL)
    stage.panel.requests.clear()
    return await person.choose("play.example.com:25565")
