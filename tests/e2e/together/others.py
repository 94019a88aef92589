"""What somebody else does on the panel's own page, and what an answer is told later."""

from __future__ import annotations

from bot.demo.panel import Server
from bot.demo.panel.page import WebPage
from bot.demo.panel.records import Allocation
from bot.demo.people import Person
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World

CREATION = "*/network/allocations"


class Unlogged(WebPage):
    """The panel's page, whose lines in the log come later than the answers."""

    def _log(self, server: Server, what: str, row: Allocation, **properties: str | None) -> None:
        """Write nothing yet."""


def page_of(world: World, name: str) -> WebPage:
    """Return the panel's page in the hands of one of its users."""
    return WebPage(world.state, next(user for user in world.state.users.values() if user.username == name))


async def told_later(stage: TroubledStage, person: Person) -> str:
    """Let the time of the second look pass; return what the person's message says then."""
    await stage.env.advance_time(6)
    return person.saw(person.seen.result).text


async def lost_while_another_adds(stage: TroubledStage, person: Person, page: WebPage, world: World) -> str:
    """Let a creation get lost, while somebody adds a row on the panel's page; return what they are told at last."""
    hold = stage.panel.faults.hold(method="POST")
    stage.watch_requests()
    async with stage.waiting_for("POST"):
        waiting = await person.run("allocations create", server=SURVIVAL)
        await hold.arrived.wait()
        page.create(world.survival, 25577)
    await stage.env.advance_time(13)
    for _ in range(11):
        await stage.env.advance_time(1)
    return person.saw(waiting.result).text
