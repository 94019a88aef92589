"""Several processes of one bot on one PostgreSQL, measured together."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.bench.lab import Lab
from tests.bench.processes import Contender
from tests.bench.world import Person
from tests.postgres.server import Server
from tests.wire import WireDiscord

SHARDS, GUILDS = 16, 40_000


@dataclass(slots=True)
class Crew:
    """Processes that share a database and a Discord of their own."""

    discord: WireDiscord
    processes: Sequence[Contender]
    batches: int = 0
    """Loads they are under."""

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far, of all processes."""
        return sum(process.cpu for process in self.processes)


def processes_of(loaded: Contender | Crew) -> Sequence[Contender]:
    """Return the processes of a crew, or the one there is."""
    return loaded.processes if isinstance(loaded, Crew) else [loaded]


@dataclass(frozen=True, slots=True)
class Home:
    """A database and the Discord that goes with it: both remember the bot's commands."""

    discord: WireDiscord
    url: str


async def new_home(lab: Lab, server: Server, people: Iterable[Person]) -> Home:
    """Return a home on a server, where these people are linked."""
    discord, url = await lab.discord(guilds=GUILDS), server.fresh()
    discord.spread = True
    await lab.link(url, people)
    return Home(discord, url)


@asynccontextmanager
async def crew_of(processes: int, lab: Lab, home: Home, *, by: str = "") -> AsyncIterator[Crew]:
    """Yield so many processes, started; `by` is another way to the same database."""
    crew = [
        Contender(
            f"bot{number}", home.discord, lab.new_folder(), ("bot",),
            PANEL_URL=lab.panel.url, DATABASE_URL=by or home.url, SHARD_COUNT=str(SHARDS),
            PROCESS=f"{number}/{processes}", ENCRYPTION_KEY=base64.urlsafe_b64encode(lab.encryption_key).decode(),
        )
        for number in range(1, processes + 1)
    ]  # fmt: skip
    try:
        await asyncio.gather(*(process.start() for process in crew))
        yield Crew(home.discord, crew)
    finally:
        await asyncio.gather(*(process.stop() for process in crew))
