"""What is measured: each scenario starts its contenders, takes A B A B, and returns figures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from tests.bench.actions import Actions, of_names
from tests.bench.figures import Figure, Measure
from tests.bench.lab import SPECIAL, Lab
from tests.bench.load import Act, Batch, alone, closed, paced
from tests.bench.processes import Contender
from tests.bench.world import Account, Person

Scenario = Callable[[Lab], Awaitable[list[Figure]]]
Load = Callable[[Contender, Act], Awaitable[Batch]]
PEOPLE = tuple(Person(number) for number in range(50))
CROWD = tuple(Person(number) for number in range(5_000))
RATE = 20.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A batch of the bot and the floor's just before it."""

    floor: Batch
    bot: Batch


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


async def actions(lab: Lab) -> list[Figure]:
    """Measure every action alone and with 20 people at once, panel at 0 ms."""
    options = lab.options
    floor, bot = await lab.floor(), await lab.bot(people=CROWD)
    one = await _every_action(lab, floor, bot, lambda who, act: alone(who, act, options.actions), CROWD[:200])
    all_at_once = await _every_action(
        lab, floor, bot, lambda who, act: closed(who, act, 20, 3 * options.actions), CROWD[:200]
    )
    return [
        *_cpu(one, "alone", _CPU_BUDGETS),
        *_cpu(all_at_once, "20 people at once"),
        *_times(one, "alone"),
        *_times(all_at_once, "20 people at once"),
        *_rates(all_at_once),
    ]


async def a_second(lab: Lab) -> list[Figure]:
    """Measure every action at 20 a second from 50 people, with the panel at 0 and at 50 ms."""
    floor, bot = await lab.floor(), await lab.bot(people=CROWD)
    figures = []
    for delay in (0.0, 0.05):
        found = await _every_action(
            lab, floor, bot, lambda who, act: paced(who, act, RATE, lab.options.seconds), PEOPLE, delay=delay
        )
        load = f"20 a second, panel at {delay * 1000:.0f} ms"
        figures += _cpu(found, load)
        figures += _times(found, load, budgets=_TIME_BUDGETS if delay else {})
    return figures


async def slow_panel(lab: Lab) -> list[Figure]:
    """Measure 50 people at once whose panel takes 3,500 ms, and one beside them whose panel is fast."""
    bot = await lab.bot(people=[*PEOPLE, *SPECIAL])
    tardy = Actions(bot, [person for person in SPECIAL if person.account is Account.TARDY])
    quick = Actions(bot, PEOPLE)
    await quick.warm_up()
    await lab.panel.tell(tardiness=3.5)
    slow: list[Batch] = []
    before: list[Batch] = []
    beside: list[Batch] = []
    for _ in range(lab.options.rounds):
        before.append(await paced(bot, quick.list, 10, 2.5))
        crowd = asyncio.create_task(closed(bot, tardy.list, 50, 50))
        await asyncio.sleep(0.5)
        beside.append(await paced(bot, quick.list, 10, 2.5))
        slow.append(await crowd)
    await lab.panel.tell(tardiness=0)
    return [
        _plain(
            "panel at 3,500 ms, 50 people at once: slowest acknowledgement", "s",
            [max(batch.acknowledged) for batch in slow], budget=2.0,
        ),
        _plain("the same: interactions lost", "", [50.0 - len(batch.answered) for batch in slow], budget=0),
        _itself("a person on a fast panel beside them, p50", "ms",
                [b.answer(50) for b in beside], [b.answer(50) for b in before], budget=1.25),
    ]  # fmt: skip


async def sizes(lab: Lab) -> list[Figure]:
    """Measure list with 1 and 500 servers on the account, and with 1 and 500 allocations on the server."""
    floor, bot = await lab.floor(), await lab.bot(people=[*PEOPLE, *SPECIAL])
    acts: dict[str, Actions] = {
        "one": Actions(bot, PEOPLE),
        "great": Actions(bot, [Person(number, Account.GREAT) for number in range(50)]),
        "broad": Actions(bot, [Person(number * 200, Account.BROAD) for number in (0,)]),
    }
    wide_floor = Actions(floor, [Person(0, Account.BROAD)])
    await acts["one"].warm_up()
    await acts["great"].warm_up()
    found: dict[str, list[Batch]] = {name: [] for name in (*acts, "warm", "warm great", "floor broad")}
    for _ in range(lab.options.rounds):
        for name in ("one", "great"):
            found[name].append(await alone(bot, acts[name].list, lab.options.actions))
        for name, whose in (("warm", "one"), ("warm great", "great")):
            await acts[whose].warm_up()
            found[name].append(await alone(bot, acts[whose].suggest, lab.options.actions))
        found["floor broad"].append(await alone(floor, wide_floor.floor_list, 20))
        found["broad"].append(await alone(bot, acts["broad"].list, 20))
        await asyncio.sleep(10)  # one person's actions are limited to 60 in 10 seconds
    return [
        _itself("list with 500 servers on the account, CPU", "ms", _cpus(found["great"]), _cpus(found["one"]), 1.1),
        _itself("the same, final answer, p50", "ms", _p50(found["great"]), _p50(found["one"]), 1.1),
        _itself("warm autocomplete with 500 servers, CPU", "ms", _cpus(found["warm great"]), _cpus(found["warm"])),
        Figure(
            "list with 500 allocations on the server, CPU",
            "ms",
            tuple(_cpus(found["broad"])),
            tuple(_cpus(found["floor broad"])),
        ),
        Figure("the same, final answer, p50", "ms", tuple(_p50(found["broad"])), tuple(_p50(found["floor broad"]))),
    ]


async def links(lab: Lab) -> list[Figure]:
    """Measure list with one link stored and with 100,000."""
    one = await lab.bot(people=PEOPLE[:1])
    many = await lab.bot(people=(Person(number) for number in range(lab.options.links)))
    found: dict[int, list[Batch]] = {1: [], 2: []}
    for _ in range(lab.options.rounds):
        for which, bot in ((1, one), (2, many)):
            # The slowest a batch may be for one person's limit of 60 actions in 10 seconds.
            found[which].append(await paced(bot, Actions(bot, PEOPLE[:1]).list, 5.5, 10))
    what = f"list with {lab.options.links:,} links stored"
    return [
        _itself(f"{what}, CPU", "ms", _cpus(found[2]), _cpus(found[1]), 1.1),
        _itself("the same, final answer, p50", "ms", _p50(found[2]), _p50(found[1]), 1.1),
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
    return [_itself(f"memory with {lab.options.guilds:,} guilds", "MB", memory[2], memory[1], 1.05)]


async def people(lab: Lab) -> list[Figure]:
    """Measure memory after so many distinct people have each listed their allocations."""
    crowd = [Person(number) for number in range(lab.options.people)]
    bot = await lab.bot(people=crowd)
    await asyncio.sleep(SETTLE)
    before = bot.memory
    done = 0
    rates = []
    for first in range(0, len(crowd), 2_000):
        batch = await closed(bot, Actions(bot, crowd[first : first + 2_000]).list, 20, 2_000)
        done += len(batch.answered)
        rates.append(batch.rate)
    return [
        _itself(f"memory after {done:,} people", "MB", [bot.memory], [before], 1.25),
        _plain("the same: people not answered", "", [float(len(crowd) - done)], budget=0),
        _plain("the same: lists a second, 20 people at once", "/s", rates),
    ]


async def connections(lab: Lab) -> list[Figure]:
    """Count the TCP connections to the panel for 1,000 requests, 200 at once."""
    bot = await lab.bot(people=CROWD)
    await lab.panel.tell(delay=0.05)
    batch = await closed(bot, Actions(bot, CROWD).list, 200, 1_000)
    opened = (await lab.panel.tell(delay=0))["connections"]
    return [_plain(f"TCP connections for {len(batch.answered):,} requests, 200 at once", "", [opened], budget=100)]


async def _every_action(
    lab: Lab, floor: Contender, bot: Contender, run: Load, people: Sequence[Person], *, delay: float = 0.0
) -> dict[str, list[Pair]]:
    """Run every action of the bot in turn with the floor's one; return the pairs by the action's name."""
    warm = Actions(bot, people)
    floor_list = Actions(floor, people).floor_list
    never_seen = iter(CROWD[len(people) :])
    pairs: dict[str, list[Pair]] = {}
    for _ in range(lab.options.rounds):
        await lab.panel.tell(reset=True, delay=delay)
        fresh = Actions(bot, list(islice(never_seen, 3 * lab.options.actions)))
        for name, act in {**of_names(warm), "cold autocomplete": fresh.suggest}.items():
            await warm.warm_up()
            pair = Pair(floor=await run(floor, floor_list), bot=await run(bot, act))
            pairs.setdefault(name, []).append(pair)
    await lab.panel.tell(reset=True, delay=0.0)
    return pairs


_CPU_BUDGETS = {"list": 1.8, "button press (Refresh)": 2.0, "warm autocomplete": 1.0}
_TIME_BUDGETS = {("list", 50): 1.15, ("list", 99): 1.5}


def _cpu(found: dict[str, list[Pair]], load: str, budgets: dict[str, float] | None = None) -> list[Figure]:
    return [
        Figure(
            f"{name}, {load}, CPU",
            "ms",
            tuple(pair.bot.cpu_each for pair in pairs),
            tuple(pair.floor.cpu_each for pair in pairs),
            budget=(budgets or {}).get(name),
        )
        for name, pairs in found.items()
    ]


def _times(
    found: dict[str, list[Pair]], load: str, budgets: dict[tuple[str, int], float] | None = None
) -> list[Figure]:
    return [
        Figure(
            f"{name}, {load}, {what}, p{percent}",
            "ms",
            tuple(of(pair.bot, percent) for pair in pairs),
            tuple(of(pair.floor, percent) for pair in pairs),
            budget=(budgets or {}).get((name, percent)) if of is Batch.answer else None,
        )
        for name, pairs in found.items()
        for what, of in _answers(pairs)
        for percent in (50, 99)
    ]


def _answers(pairs: list[Pair]) -> list[tuple[str, Callable[[Batch, float], float]]]:
    """Return the two answers that are told apart; only the final one where it always was the first as well."""
    if all(pair.bot.acknowledged == pair.bot.answered for pair in pairs):
        return [("final answer", Batch.answer)]
    return [("acknowledged", Batch.acknowledgement), ("final answer", Batch.answer)]


def _rates(found: dict[str, list[Pair]]) -> list[Figure]:
    return [
        Figure(
            f"{name}, 20 people at once, actions a second",
            "/s",
            tuple(pair.bot.rate for pair in pairs),
            tuple(pair.floor.rate for pair in pairs),
        )
        for name, pairs in found.items()
    ]


def _itself(
    what: str, unit: str, rounds: Iterable[float], base: Iterable[float], budget: float | None = None
) -> Figure:
    return Figure(what, unit, tuple(rounds), tuple(base), against="itself", budget=budget)


def _plain(what: str, unit: str, rounds: Iterable[float], budget: float | None = None) -> Figure:
    return Figure(what, unit, tuple(rounds), measure=Measure.PLAIN, budget=budget)


def _cpus(batches: Iterable[Batch]) -> list[float]:
    return [batch.cpu_each for batch in batches]


def _p50(batches: Iterable[Batch]) -> list[float]:
    return [batch.answer(50) for batch in batches]


SCENARIOS: dict[str, Scenario] = {
    "start": start,
    "actions": actions,
    "second": a_second,
    "slow": slow_panel,
    "sizes": sizes,
    "links": links,
    "guilds": guilds,
    "people": people,
    "connections": connections,
}
