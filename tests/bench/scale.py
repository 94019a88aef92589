"""How far processes on one PostgreSQL go: the same people on one with SQLite, and on one, two and four with that.

All of them run at once. What the processor time is judged by is taken in short turns: what a processor is worth changes
from one second to the next on a machine that is shared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import mean

from tests.bench.actions import Actions
from tests.bench.crew import GUILDS, Crew, Home, crew_of, new_home
from tests.bench.figures import Figure, against_itself, cpus, medians, plain
from tests.bench.lab import Lab
from tests.bench.load import Act, Batch, alone, closed, paced
from tests.bench.world import Account, Person
from tests.postgres.proxy import UNENCRYPTED, proxy_before
from tests.postgres.server import MISSING, Server, programs, running_server
from tests.wire import Interaction

PEOPLE = 200
OF_MANY = 20
"""People with many servers, who type the name of another one than the last time."""
STEADY = 100
"""Lists a second that each number of processes is to answer alike, for the processor time one takes."""
TURNS = 4
"""How many parts the time of such a load has in a round."""
SETTLES = 6.0
"""Seconds after which what is told of the actions before is told."""
SQLITE, CREWS = 0, (1, 2, 4)
_AS_IN_USE = ("fsync=on", "full_page_writes=on", "max_connections=100")
"""The tests' server is a quicker one, which may lose everything."""
_OF_A_BATCH: tuple[tuple[str, str, Callable[[Batch], float]], ...] = (
    ("lists a second, 20 people at once", "/s", lambda batch: batch.rate),
    ("CPU a list, 20 people at once", "ms", lambda batch: batch.cpu_each),
    ("p50", "ms", lambda batch: batch.answer(50)),
    ("p99", "ms", lambda batch: batch.answer(99)),
)
"""What stands beside one process on SQLite in the same run."""


@dataclass(slots=True)
class Taken:
    """What one contender took, round by round."""

    crowded: list[Batch] = field(default_factory=list)
    """20 people at once, each of whom acts again as soon as they are answered."""
    steady: list[list[Batch]] = field(default_factory=list)
    """The same load as all others have, in turns."""
    slow: list[Batch] = field(default_factory=list)
    """One person after the other, on a panel of 50 ms."""
    memory: list[float] = field(default_factory=list)
    """Of the process that has most."""
    cpu: list[float] = field(default_factory=list)
    """Of a processor, in percent, of the process that took most of 20 people at once."""

    @property
    def cpu_each(self) -> list[float]:
        """Milliseconds of processor time a list took under the same load as all others have."""
        return [mean(cpus(turns)) for turns in self.steady]

    @property
    def lost(self) -> float:
        """How many got no list, in all rounds and loads."""
        batches = [*self.crowded, *self.slow, *(batch for turns in self.steady for batch in turns)]
        return float(sum(batch.lost for batch in batches))


@dataclass(slots=True)
class Statements:
    """How many a list took, round by round, as they pass by on their way to the server."""

    first: list[float] = field(default_factory=list)
    """Of somebody whom the process has not served yet."""
    next: list[float] = field(default_factory=list)
    """Of somebody whom it has served within a minute."""
    typed: list[float] = field(default_factory=list)
    """Of somebody whom it has not served yet, and who types the name of another server than the last time."""


async def scale(lab: Lab) -> list[Figure]:
    """Measure one process on SQLite beside one, two and four on one PostgreSQL."""
    if programs() is None:
        raise RuntimeError(MISSING)
    people = [Person(number) for number in range(PEOPLE)]
    of_many = [Person(number, Account.GREAT) for number in range(OF_MANY)]
    linked = [Person(number) for number in range(max(lab.options.links, PEOPLE))]
    taken = {which: Taken() for which in (SQLITE, *CREWS)}
    statements = Statements()
    with running_server(*_AS_IN_USE) as server:
        async with AsyncExitStack() as stack:
            on_sqlite = await lab.bot(people=linked, guilds=GUILDS)
            on_sqlite.discord.spread = True
            crews = {SQLITE: Crew(on_sqlite.discord, [on_sqlite])}
            homes = {processes: await new_home(lab, server, [*linked, *of_many]) for processes in CREWS}
            for processes, home in homes.items():
                crews[processes] = await stack.enter_async_context(crew_of(processes, lab, home))
            for number in range(lab.options.rounds):
                order = list(crews) if number % 2 else list(reversed(crews))
                await _round(lab, {which: crews[which] for which in order}, taken, people)
        for _ in range(lab.options.rounds):
            await _count(lab, server, homes[CREWS[0]], statements, people=people, of_many=of_many)
    return _figures(taken, statements)


async def _round(lab: Lab, crews: dict[int, Crew], taken: dict[int, Taken], people: Sequence[Person]) -> None:
    acts = {which: Actions(crew, people) for which, crew in crews.items()}
    for which, crew in crews.items():
        # Each process has done as much before it is measured.
        await closed(crew, acts[which].list, 20, PEOPLE * len(crew.processes))
        await _crowded(crew, acts[which], taken[which], 4 * lab.options.actions)
    for one in taken.values():
        one.steady.append([])
    seconds = lab.options.seconds / TURNS
    for turn in range(TURNS):
        for which, crew in list(crews.items())[:: -1 if turn % 2 else 1]:
            act = _from(turn * int(STEADY * seconds), acts[which].list)
            taken[which].steady[-1].append(await paced(crew, act, STEADY, seconds))
    await lab.panel.tell(delay=0.05)
    for which, crew in crews.items():
        if which in (SQLITE, CREWS[0]):
            taken[which].slow.append(await alone(crew, acts[which].list, lab.options.actions))
    await lab.panel.tell(delay=0)


def _from(first: int, act: Act) -> Act:
    """Return the same for the people from this one on: all of them have their turn."""

    def acts(number: int) -> Awaitable[Interaction]:
        return act(first + number)

    return acts


async def _crowded(crew: Crew, acts: Actions, taken: Taken, actions: int) -> None:
    before = [process.cpu for process in crew.processes]
    batch = await closed(crew, acts.list, 20, actions)
    took = [process.cpu - earlier for process, earlier in zip(crew.processes, before, strict=True)]
    taken.crowded.append(batch)
    taken.cpu.append(max(100 * seconds / batch.seconds for seconds in took))
    taken.memory.append(max(process.memory for process in crew.processes))


async def _count(
    lab: Lab, server: Server, home: Home, statements: Statements, *, people: Sequence[Person], of_many: Sequence[Person]
) -> None:
    """Count what the bot asks of the server from the first of these lists to the last, whatever it is for."""
    with proxy_before(server.port) as proxy:
        by_proxy = server.url(home.url.rpartition("/")[2], port=proxy.port) + UNENCRYPTED
        async with crew_of(1, lab, home, by=by_proxy) as crew:
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


def _figures(taken: dict[int, Taken], statements: Statements) -> list[Figure]:
    alike = f"CPU a list, {STEADY} a second"
    of_sqlite, of_one = taken[SQLITE], taken[CREWS[0]]
    return [
        against_itself(
            "list, PostgreSQL against SQLite (50 ms panel)", "ms", medians(of_one.slow), medians(of_sqlite.slow), 1.15
        ),
        plain("statements a list, for the first time", "", statements.first, budget=2),
        plain("statements a list, within a minute", "", statements.next, budget=2),
        plain("statements a list, by the name of another server", "", statements.typed, budget=2),
        against_itself(f"{alike}, 1 process on PostgreSQL against SQLite", "ms", of_one.cpu_each, of_sqlite.cpu_each),
        *(
            against_itself(f"{alike}, {many} processes against 1", "ms", taken[many].cpu_each, of_one.cpu_each, 1.15)
            for many in CREWS[1:]
        ),
        *(
            against_itself(f"{_name(which)}: {what}", unit, map(of, one.crowded), map(of, of_sqlite.crowded))
            for which, one in taken.items()
            for what, unit, of in _OF_A_BATCH
        ),
        *(
            against_itself(f"{_name(which)}: {what}", unit, values, base)
            for which, one in taken.items()
            for what, unit, values, base in (
                ("memory of each at most", "MB", one.memory, of_sqlite.memory),
                ("of a processor, each at most", "%", one.cpu, of_sqlite.cpu),
            )
        ),
        *(plain(f"{_name(which)}: lost", "", [one.lost], budget=0) for which, one in taken.items()),
    ]


def _name(processes: int) -> str:
    return f"{processes} on PostgreSQL" if processes else "1 on SQLite"
