"""How far processes on one PostgreSQL go: the same people on one with SQLite, and on one, two and four with that."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.actions import Actions
from tests.bench.figures import Figure, against_itself, medians, plain
from tests.bench.lab import Lab
from tests.bench.load import Batch, alone, closed
from tests.bench.processes import Contender
from tests.bench.world import Account, Person
from tests.postgres.proxy import UNENCRYPTED, proxy_before
from tests.postgres.server import MISSING, Server, programs, running_server
from tests.wire import WireDiscord

SHARDS, GUILDS, PEOPLE = 16, 40_000, 200
OF_MANY = 20
"""People with many servers, who type the name of another one than the last time."""
SETTLES = 6.0
"""Seconds after which what is told of the actions before is told."""
_OF_A_BATCH: tuple[tuple[str, str, Callable[[Batch], float]], ...] = (
    ("lists a second, 20 people at once", "/s", lambda batch: batch.rate),
    ("p50", "ms", lambda batch: batch.answer(50)),
    ("p99", "ms", lambda batch: batch.answer(99)),
)
"""What stands beside one process on SQLite in the same run."""


@dataclass(slots=True)
class Each:
    """What each process of a crew took at most, round by round."""

    memory: dict[int, list[float]]
    cpu: dict[int, list[float]]
    """Of a processor, in percent, while it was under load."""


@dataclass(slots=True)
class Statements:
    """How many a list took, round by round, as they pass by on their way to the server."""

    first: list[float]
    """Of somebody whom the process has not served yet."""
    next: list[float]
    """Of somebody whom it has served within a minute."""
    typed: list[float]
    """Of somebody whom it has not served yet, and who types the name of another server than the last time."""


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
    of_many = [Person(number, Account.GREAT) for number in range(OF_MANY)]
    with running_server() as server:
        sqlite = await lab.bot(people=linked, guilds=GUILDS)
        url, discord = server.fresh(), await lab.discord(guilds=GUILDS)
        # Of one Discord, which remembers the commands as the database does.
        discord.spread = True
        await lab.link(url, [*linked, *of_many])
        found: dict[int, list[Batch]] = {0: [], 1: [], 2: [], 4: []}
        slow: dict[int, list[Batch]] = {0: [], 1: []}
        statements = Statements([], [], [])
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
                await crew.stop()
            await _count(lab, discord, server, url, people=people, of_many=of_many, statements=statements)
    return _figures(found, slow, statements, each)


async def _loaded(contender: Any, acts: Actions, which: int, each: Each, actions: int) -> Batch:
    crew = [contender] if which == 0 else contender.crew
    before = [process.cpu for process in crew]
    batch = await closed(contender, acts.list, 20, 4 * actions)
    took = [process.cpu - earlier for process, earlier in zip(crew, before, strict=True)]
    each.cpu.setdefault(which, []).append(max(100 * seconds / batch.seconds for seconds in took))
    each.memory.setdefault(which, []).append(max(process.memory for process in crew))
    return batch


def _figures(
    found: dict[int, list[Batch]], slow: dict[int, list[Batch]], statements: Statements, each: Each
) -> list[Figure]:
    cpu = {which: [batch.cpu_each for batch in batches] for which, batches in found.items()}
    return [
        against_itself("list, PostgreSQL against SQLite (50 ms panel)", "ms", medians(slow[1]), medians(slow[0]), 1.15),
        plain("statements a list, for the first time", "", statements.first, budget=2),
        plain("statements a list, within a minute", "", statements.next, budget=2),
        plain("statements a list, by the name of another server", "", statements.typed, budget=2),
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
        *_beside_sqlite("memory of each", "MB", each.memory),
        *_beside_sqlite("of a processor, each", "%", each.cpu),
    ]


def _name(processes: int) -> str:
    return f"{processes} on PostgreSQL" if processes else "1 on SQLite"


def _beside_sqlite(what: str, unit: str, values: dict[int, list[float]]) -> list[Figure]:
    return [against_itself(f"{_name(which)}: {what}", unit, values[which], values[0]) for which in values]


async def _count(
    lab: Lab,
    discord: WireDiscord,
    server: Server,
    url: str,
    *,
    people: list[Person],
    of_many: list[Person],
    statements: Statements,
) -> None:
    """Count what the bot asks of the server from the first of these lists to the last, whatever it is for."""
    with proxy_before(server.port) as proxy:
        by_proxy = server.url(url.rpartition("/")[2], port=proxy.port) + UNENCRYPTED
        crew = await _crew(lab, discord, by_proxy, 1)
        acts, typing = Actions(crew, people), Actions(crew, of_many)
        for found, act, who in (
            (statements.first, acts.list, people),
            (statements.next, acts.list, people),
            (statements.typed, typing.typed, of_many),
        ):
            await asyncio.sleep(SETTLES)
            before = proxy.executed
            batch = await closed(crew, act, 10, len(who))
            found.append((proxy.executed - before) / len(batch.answered))
        await crew.stop()


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
