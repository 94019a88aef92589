"""Several processes of one bot on one PostgreSQL, measured together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil

from tests.bench.lab import PER_SHARD, Lab
from tests.bench.processes import Contender
from tests.bench.world import Person
from tests.postgres.server import Server
from tests.wire import WireDiscord

GUILDS = 40_000


@dataclass(slots=True)
class Crew:
    """Processes that share a database and a Discord of their own; also where there is but one."""

    discord: WireDiscord
    processes: Sequence[Contender]
    batches: int = 0
    """Loads they are under."""

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far, of all processes."""
        return sum(process.cpu for process in self.processes)


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
    shares = [f"{number}/{processes}" for number in range(1, processes + 1)]
    crew = [
        lab.process("bot", home.discord, by or home.url, SHARD_COUNT=str(ceil(GUILDS / PER_SHARD)), PROCESS=share)
        for share in shares
    ]
    try:
        async with asyncio.TaskGroup() as starting:
            for process in crew:
                starting.create_task(process.start())
        yield Crew(home.discord, crew)
    finally:
        await asyncio.gather(*(process.stop() for process in crew))
