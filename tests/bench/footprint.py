"""What the bot takes up by itself: time to start, memory, connections."""

from __future__ import annotations

import asyncio

from tests.bench.actions import Actions
from tests.bench.figures import Figure, Measure, against_itself, plain
from tests.bench.lab import CROWD, PEOPLE, Lab
from tests.bench.load import closed
from tests.bench.world import Person

SETTLE = 1.0
"""Seconds after READY at which memory is read."""
_OF_EXTRAS = ("dns", "mcstatus", "psycopg", "prometheus_client")
"""What a plain installation does not have."""


async def start(lab: Lab) -> list[Figure]:
    """Measure the seconds from nothing to READY, and the memory a second later; without extras, and with them."""
    contenders = {
        "floor": await lab.floor(),
        "bot": await lab.bot(people=PEOPLE, hidden=_OF_EXTRAS),
        "with extras": await lab.bot(people=PEOPLE),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    memory: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(lab.options.rounds):
        for name, contender in contenders.items():
            for one in contenders.values():
                await one.stop()
            seconds[name].append(await contender.start())
            await asyncio.sleep(SETTLE)
            memory[name].append(contender.memory)
    return [
        _over_the_floor("start to ready", "s", seconds, "bot", 0.7),
        _over_the_floor("memory when ready", "MB", memory, "bot", 30),
        _over_the_floor("the same with the extras address and check", "MB", memory, "with extras"),
    ]


def _over_the_floor(
    what: str, unit: str, values: dict[str, list[float]], of: str, budget: float | None = None
) -> Figure:
    rounds, base = tuple(values[of]), tuple(values["floor"])
    return Figure(what, unit, rounds, base, measure=Measure.DIFFERENCE, budget=budget)


async def guilds(lab: Lab) -> list[Figure]:
    """Measure memory with 10,000 guilds announced."""
    few, many = await lab.bot(people=PEOPLE), await lab.bot(people=PEOPLE, guilds=lab.options.guilds)
    memory: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(lab.options.rounds):
        for which, bot in ((1, few), (2, many)):
            await few.stop()
            await many.stop()
            await bot.start()
            await asyncio.sleep(SETTLE)
            memory[which].append(bot.memory)
    return [against_itself(f"memory with {lab.options.guilds:,} guilds", "MB", memory[2], memory[1], 1.05)]


async def people(lab: Lab) -> list[Figure]:
    """Measure memory after so many distinct people have each listed their allocations."""
    crowd = [Person(number) for number in range(lab.options.people)]
    bot = await lab.bot(people=crowd)
    await asyncio.sleep(SETTLE)
    before = bot.memory
    done = 0
    rates = []
    for first in range(0, len(crowd), 2_000):
        some = crowd[first : first + 2_000]
        batch = await closed(bot, Actions(bot, some).list, 20, len(some))
        done += len(batch.answered)
        rates.append(batch.rate)
    return [
        against_itself(f"memory after {done:,} people", "MB", [bot.memory], [before], 1.25),
        plain("the same: people not answered", "", [float(len(crowd) - done)], budget=0),
        plain("the same: lists a second, 20 people at once", "/s", rates),
    ]


async def connections(lab: Lab) -> list[Figure]:
    """Count the TCP connections to the panel for 1,000 requests, 200 at once."""
    bot = await lab.bot(people=CROWD)
    await lab.panel.tell(delay=0.05)
    batch = await closed(bot, Actions(bot, CROWD).list, 200, 1_000)
    opened = (await lab.panel.tell(delay=0))["connections"]
    return [plain(f"TCP connections for {len(batch.answered):,} requests, 200 at once", "", [opened], budget=100)]
