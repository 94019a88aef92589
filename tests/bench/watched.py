"""What it costs to ask the bot for its numbers."""

from __future__ import annotations

import time

import aiohttp

from tests.bench.actions import Actions
from tests.bench.figures import Figure, plain
from tests.bench.lab import PEOPLE, Lab
from tests.bench.load import closed
from tests.bench.world import Person
from tests.ports import free_port

_SCRAPES = 50


async def scrape(lab: Lab) -> list[Figure]:
    """Measure a scrape of /metrics with 100,000 links, after people have used everything that is counted."""
    place = f"127.0.0.1:{free_port()}"
    people = (Person(number) for number in range(lab.options.links))
    bot = await lab.bot(people=people, METRICS=place)
    used = Actions(bot, PEOPLE)
    for act in (used.list, used.notes, used.primary, used.create):
        await closed(bot, act, 10, len(PEOPLE))
    taken: list[float] = []
    async with aiohttp.ClientSession() as session:
        cpu = bot.cpu
        for _ in range(_SCRAPES * lab.options.rounds):
            began = time.perf_counter()
            async with session.get(f"http://{place}/metrics") as response:
                await response.read()
            taken.append((time.perf_counter() - began) * 1000)
        each = (bot.cpu - cpu) * 1000 / len(taken)
    what = f"scrape with {lab.options.links:,} links"
    return [plain(f"{what}, ms", "ms", taken, budget=10), plain(f"{what}, CPU ms", "ms", [each], budget=10)]
