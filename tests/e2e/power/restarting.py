"""Asking what a server does, restarting it, and servers that take their time over it."""

from __future__ import annotations

from bot.demo.panel.daemon import Process
from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World

SEND = f"POST /servers/{SURVIVAL}/power"


class Deaf(Process):
    """One whose machine takes commands and does nothing."""

    def tell(self, signal: str, at: float) -> None:
        """Do nothing."""


def runs_since(stage: TroubledStage, world: World, seconds: float, process: type[Process] = Process) -> Process:
    """Have Survival run since so many seconds, and restart quickly."""
    started = world.state.processes[world.survival.id] = process.running(stage.panel.now(), seconds)
    started.stops, started.starts = 3.0, 1.0
    return started


def promote(world: World) -> None:
    """Make the second port the primary on the panel's own page."""
    WebPage(world.state, None).make_primary(world.survival, world.state.allocations[2])


async def pass_time(stage: TroubledStage, seconds: int) -> None:
    """Let time pass for the bot and the panel alike; in steps, for between two looks a real request is under way."""
    for _ in range(seconds):
        await stage.pass_time(1.0)


async def state_of(person: Person, button: str = "Restart…") -> Seen:
    """Return what the button of Survival's list shows."""
    await person.run("allocations list", server=SURVIVAL)
    return await person.press(button)


async def restarted(stage: TroubledStage, person: Person, seconds: int) -> Seen:
    """Press Restart in the question and return what is seen so many seconds later."""
    seen = await person.press("Restart Survival")
    await pass_time(stage, seconds)
    return person.saw(seen.result)
