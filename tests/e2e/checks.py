"""Checking ports of this machine: a stage whose operator allows it, and the way to a port's own page."""

from __future__ import annotations

from bot.demo.panel import Server
from bot.demo.people import Person, Seen
from bot.settings import Settings
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World

READ = f"GET /servers/{SURVIVAL}"
LOOK = f"{READ}/resources"
HOURS = 7200.0
NOTHING = "🔎 No answer on TCP or UDP."
VIEW = "I see what my own machine sees, not what players see"


class CheckingStage(TroubledStage):
    """A stage whose operator lets the games of this machine be asked."""

    private = "on"
    check = "on"

    @property
    def settings(self) -> Settings:
        """The settings, with those of the check."""
        return super().settings.model_copy(update={"check_private": self.private, "check": self.check})


def place(world: World, server: Server, port: int, *, ip: str = "127.0.0.1") -> int:
    """Give a server an allocation, at a port of this machine mostly; return its id."""
    row = world.state.add_allocation(ip, port)
    row.server_id = server.id
    return row.id


async def check(person: Person, port: int, *, server: str = SURVIVAL) -> Seen:
    """Open the own page of a port of this machine, and press Check."""
    await person.run("allocations list", server=server)
    await person.choose(f"127.0.0.1:{port}")
    return await person.press("Check")


async def check_row(person: Person, row: int) -> Seen:
    """Open the own page of one of Survival's allocations by its id, and press Check."""
    await person.run("allocations list", server=SURVIVAL)
    await person.choose(str(row))
    return await person.press("Check")
