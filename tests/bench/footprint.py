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


async def start(lab: Lab) -> list[Figure]:
    """Measure the seconds from nothing to READY, and the memory a second later."""
    floor, bot = await lab.floor(), await lab.bot(people=PEOPLE)
    seconds: dict[str, list[float]] = {"floor": [], "bot": []}
    memory: dict[str, list[float]] = {"floor": [], "bot": []}
    for _ in range(lab.options.rounds):
        for contender in (floor, bot):
            await floor.stop()
            await bot.stop()
            seconds[contender.name].append(await contender.start())
            await asyncio.sleep(SETTLE)
            memory[contender.name].append(contender.memory)
    return [
        Figure(
            "start to ready",
            "s",
            tuple(seconds["bot"]),
            tuple(seconds["floor"]),
            measure=Measure.DIFFERENCE,
            budget=0.7,
        ),
        Figure(
            "memory when ready",
            "MB",
            tuple(memory["bot"]),
            tuple(memory["floor"]),
            measure=Measure.DIFFERENCE,
            budget=30,
        ),
    ]


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
