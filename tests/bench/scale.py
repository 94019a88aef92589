"""How far processes on one PostgreSQL go: the same people on one with SQLite, and on one, two and four with that."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.actions import Actions
from tests.bench.figures import Figure, against_itself, medians, plain
from tests.bench.lab import Lab
from tests.bench.load import Batch, alone, closed
from tests.bench.processes import Contender
from tests.bench.world import Person
from tests.postgres.server import MISSING, Server, programs, running_server
from tests.wire import WireDiscord

SHARDS, GUILDS, PEOPLE = 16, 40_000, 200
COUNTED_AFTER = 11.0
"""Seconds after which the server has counted everything."""
_OF_A_BATCH: tuple[tuple[str, str, Callable[[Batch], float]], ...] = (
    ("lists a second, 20 people at once", "/s", lambda batch: batch.rate),
    ("p50", "ms", lambda batch: batch.answer(50)),
    ("p99", "ms", lambda batch: batch.answer(99)),
)
"""What stands beside one process on SQLite in the same run."""
_COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = '{}'"


@dataclass(slots=True)
class Each:
    """What each process of a crew took, round by round."""

    memory: dict[int, list[float]]
    cpu: dict[int, list[float]]
    """Of a processor, in percent, while it was under load."""


@dataclass(slots=True)
class Crew:
    """Several processes of one bot, measured together."""

    discord: WireDiscord
    crew: Sequence[Contender]
    batches: int = 0

    @property
    def name(self) -> str:
        """What it is in the report."""
        return f"{len(self.crew)} on PostgreSQL"

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far, of all processes."""
        return sum(process.cpu for process in self.crew)

    async def stop(self) -> None:
        """End all of them."""
        await asyncio.gather(*(process.stop() for process in self.crew))


async def scale(lab: Lab) -> list[Figure]:
    """Measure one process on SQLite beside one, two and four on one PostgreSQL."""
    if programs() is None:
        raise RuntimeError(MISSING)
    people = [Person(number) for number in range(PEOPLE)]
    linked = [Person(number) for number in range(max(lab.options.links, PEOPLE))]
    with running_server() as server:
        sqlite = await lab.bot(people=linked, guilds=GUILDS)
        url, discord = server.fresh(), await lab.discord(guilds=GUILDS)
        # Of one Discord, which remembers the commands as the database does.
        discord.spread = True
        await lab.link(url, linked)
        found: dict[int, list[Batch]] = {0: [], 1: [], 2: [], 4: []}
        slow: dict[int, list[Batch]] = {0: [], 1: []}
        statements: list[float] = []
        each = Each({0: []}, {0: []})
        for _ in range(lab.options.rounds):
            for processes in (1, 2, 4):
                crew = await _crew(lab, discord, url, processes)
                both: tuple[tuple[int, Any], ...] = ((0, sqlite), (processes, crew))
                for which, contender in both:
                    if which or processes == 1:
                        acts = Actions(contender, people)
                        # Each process has done as much before it is measured.
                        await closed(contender, acts.list, 20, PEOPLE * processes)
                        found[which].append(await _loaded(contender, acts, which, each, lab.options.actions))
                if processes == 1:
                    await lab.panel.tell(delay=0.05)
                    for which, contender in both:
                        acts = Actions(contender, people)
                        slow[which].append(await alone(contender, acts.list, lab.options.actions))
                    await lab.panel.tell(delay=0)
                    statements.append(await _statements(server, url, crew, people, lab.options.actions))
                await crew.stop()
    return _figures(found, slow, statements, each)


async def _loaded(contender: Any, acts: Actions, which: int, each: Each, actions: int) -> Batch:
    crew = [contender] if which == 0 else contender.crew
    before = [process.cpu for process in crew]
    batch = await closed(contender, acts.list, 20, 4 * actions)
    took = [process.cpu - earlier for process, earlier in zip(crew, before, strict=True)]
    each.cpu.setdefault(which, []).extend(100 * seconds / batch.seconds for seconds in took)
    each.memory.setdefault(which, []).extend(process.memory for process in crew)
    return batch


def _figures(
    found: dict[int, list[Batch]], slow: dict[int, list[Batch]], statements: list[float], each: Each
) -> list[Figure]:
    cpu = {which: [batch.cpu_each for batch in batches] for which, batches in found.items()}
    return [
        against_itself("list, PostgreSQL against SQLite (50 ms panel)", "ms", medians(slow[1]), medians(slow[0]), 1.15),
        plain("statements a list", "", statements, budget=2),
        against_itself("CPU a list, 1 process on PostgreSQL against SQLite", "ms", cpu[1], cpu[0]),
        against_itself("CPU a list, 2 processes against 1", "ms", cpu[2], cpu[1], 1.15),
        against_itself("CPU a list, 4 processes against 1", "ms", cpu[4], cpu[1], 1.15),
        *(
            against_itself(
                f"{_name(which)}: {what}",
                unit,
                [of(batch) for batch in found[which]],
                [of(batch) for batch in found[0]],
            )
            for which in found
            for what, unit, of in _OF_A_BATCH
        ),
        *(plain(f"{_name(which)}: lost", "", [float(batch.lost) for batch in found[which]]) for which in found),
        *(plain(f"{_name(which)}: memory of each", "MB", values) for which, values in each.memory.items()),
        *(plain(f"{_name(which)}: of a processor, each", "%", values) for which, values in each.cpu.items()),
    ]


def _name(processes: int) -> str:
    return f"{processes} on PostgreSQL" if processes else "1 on SQLite"


async def _statements(server: Server, url: str, crew: Any, people: list[Person], actions: int) -> float:
    """Return how many statements a list took, as the server counts its transactions."""
    count = _COMMITS.format(url.rpartition("/")[2])
    await asyncio.sleep(COUNTED_AFTER)
    [(before,)] = server.execute(count)
    began = time.monotonic()
    batch = await closed(crew, Actions(crew, people).list, 10, actions)
    await asyncio.sleep(COUNTED_AFTER)
    [(after,)] = server.execute(count)
    # The bot's own looks whether the connections are there, every ten seconds on two of them.
    looks = 2 * ((time.monotonic() - began) // 10)
    return max(float(after - before - looks), 0.0) / len(batch.answered)


async def _crew(lab: Lab, discord: WireDiscord, url: str, processes: int) -> Any:
    crew = [
        Contender(
            f"bot{number}", discord, lab.new_folder(), ("bot",),
            PANEL_URL=lab.panel.url, DATABASE_URL=url, SHARD_COUNT=str(SHARDS), PROCESS=f"{number}/{processes}",
            ENCRYPTION_KEY=base64.urlsafe_b64encode(lab.encryption_key).decode(),
        )
        for number in range(1, processes + 1)
    ]  # fmt: skip
    await asyncio.gather(*(process.start() for process in crew))
    return Crew(discord, crew)
