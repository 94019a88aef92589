"""What must not make an answer slower: much to read, much that is stored, others whose panel is slow, many at once."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec

from tests.bench.actions import Actions, of_names
from tests.bench.figures import Figure, against_itself, cpus, medians, plain
from tests.bench.lab import CROWD, PEOPLE, SPECIAL, Lab
from tests.bench.load import Batch, alone, closed, paced
from tests.bench.world import Account, Person

RATES = (10, 20, 50, 100, 200, 400, 800, 1_200)
"""Actions a second of the scenario `load`."""
TOO_MUCH = 1_000.0
"""Milliseconds of a median answer at which a contender is spared the higher rates."""


async def load(lab: Lab) -> list[Figure]:
    """Measure the answer to a list at ever more a second, each contender on one core of its own, panel at 0 ms."""
    floor, bot = await lab.floor(), await lab.bot(people=CROWD)
    acts = {"floor": Actions(floor, CROWD).floor_list, "bot": Actions(bot, CROWD).list}
    found: dict[tuple[str, int], list[Batch]] = {}
    with lab.cores_apart(floor, bot):
        for _ in range(lab.options.rounds):
            tired: set[str] = set()
            for rate in RATES:
                for contender in (floor, bot):
                    if contender.name in tired:
                        continue
                    batch = await paced(contender, acts[contender.name], rate, max(2.0, 40 / rate))
                    found.setdefault((contender.name, rate), []).append(batch)
                    if batch.lost or batch.answer(50) > TOO_MUCH:
                        tired.add(contender.name)
    return [
        Figure(
            f"list, {rate} a second on one core, p{percent}",
            "ms",
            tuple(batch.answer(percent) for batch in found["bot", rate]),
            tuple(batch.answer(percent) for batch in found["floor", rate]),
            at=(rate, percent),
        )
        for percent in (50, 99)
        for rate in RATES
        if len(found.get(("bot", rate), ())) == len(found.get(("floor", rate), ())) > 0
    ]


async def orjson(lab: Lab) -> list[Figure]:
    """Measure what the extra `speed` saves: a list with orjson and without; nothing where it is not installed."""
    if find_spec("orjson") is None:
        return []
    with_it, without = await lab.bot(people=CROWD), await lab.bot(people=CROWD, hidden=("orjson",))
    found: dict[str, list[Batch]] = {"with": [], "without": []}
    for _ in range(lab.options.rounds):
        for name, bot in (("without", without), ("with", with_it)):
            found[name].append(await closed(bot, Actions(bot, CROWD[:200]).list, 20, 5 * lab.options.actions))
    return [against_itself("list with orjson, CPU, of that without", "ms", cpus(found["with"]), cpus(found["without"]))]


async def slow_panel(lab: Lab) -> list[Figure]:
    """Measure every action of 50 people at once whose panel takes 3,500 ms, and one beside them whose panel is fast."""
    bot = await lab.bot(people=[*PEOPLE, *SPECIAL])
    tardy = Actions(bot, [person for person in SPECIAL if person.account is Account.TARDY])
    quick = Actions(bot, PEOPLE)
    slow: dict[str, list[Batch]] = {name: [] for name in of_names(tardy)}
    before: list[Batch] = []
    beside: list[Batch] = []
    await quick.warm_up()
    for _ in range(lab.options.rounds):
        await tardy.warm_up()
        before.append(await paced(bot, quick.list, 10, 2.5))
        await lab.panel.tell(tardiness=3.5)
        for name, act in of_names(tardy).items():
            crowd = asyncio.create_task(closed(bot, act, 50, 50))
            if name == "list":
                await asyncio.sleep(0.5)
                beside.append(await paced(bot, quick.list, 10, 2.5))
            slow[name].append(await crowd)
        await lab.panel.tell(tardiness=0)
    rounds = list(zip(*slow.values(), strict=True))
    return [
        plain(
            "panel at 3,500 ms, 50 people at once, every action: slowest acknowledgement",
            "s",
            [max(max(batch.acknowledged) for batch in batches) for batches in rounds],
            budget=2.0,
        ),
        plain(
            "the same: interactions lost or refused",
            "",
            [float(sum(b.lost for b in batches)) for batches in rounds],
            budget=0,
        ),
        *(
            plain(f"the same: {name}, final answer, p50", "ms", [batch.answer(50) for batch in batches])
            for name, batches in slow.items()
        ),
        against_itself(
            "list of a person on a fast panel beside them, p50", "ms", medians(beside), medians(before), budget=1.25
        ),
    ]


async def node(lab: Lab) -> list[Figure]:
    """Measure creations by 20 people at once, panel at 50 ms: all on one node, and each on a node of its own."""
    tight = [person for person in SPECIAL if person.account is Account.TIGHT]
    bot = await lab.bot(people=[*PEOPLE, *tight])
    found: dict[str, list[Batch]] = {"one": [], "own": []}
    for _ in range(lab.options.rounds):
        await lab.panel.tell(reset=True, delay=0.05)
        for name, people in (("own", PEOPLE), ("one", tight)):
            found[name].append(await closed(bot, Actions(bot, people).create, 20, 40))
    await lab.panel.tell(reset=True, delay=0.0)
    return [
        against_itself(
            "creations a second on one node, of those on many", "/s",
            [batch.rate for batch in found["one"]], [batch.rate for batch in found["own"]],
        ),
        against_itself(
            "the same, 20 people at once, final answer, p50", "ms", medians(found["one"]), medians(found["own"])
        ),
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
    for number in range(lab.options.rounds):
        for name in ("one", "great") if number % 2 else ("great", "one"):
            found[name].append(await alone(bot, acts[name].list, lab.options.actions))
        for name, whose in (("warm", "one"), ("warm great", "great")):
            await acts[whose].warm_up()
            found[name].append(await alone(bot, acts[whose].suggest, lab.options.actions))
        found["floor broad"].append(await alone(floor, wide_floor.floor_list, 20))
        found["broad"].append(await alone(bot, acts["broad"].list, 20))
        await asyncio.sleep(10)  # one person's actions are limited to 60 in 10 seconds
    return [
        against_itself(
            "list with 500 servers on the account, CPU", "ms", cpus(found["great"]), cpus(found["one"]), 1.1
        ),
        against_itself("the same, final answer, p50", "ms", medians(found["great"]), medians(found["one"]), 1.1),
        against_itself("warm autocomplete with 500 servers, CPU", "ms", cpus(found["warm great"]), cpus(found["warm"])),
        Figure(
            "list with 500 allocations on the server, CPU",
            "ms",
            tuple(cpus(found["broad"])),
            tuple(cpus(found["floor broad"])),
        ),
        Figure(
            "the same, final answer, p50", "ms", tuple(medians(found["broad"])), tuple(medians(found["floor broad"]))
        ),
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
        against_itself(f"{what}, CPU", "ms", cpus(found[2]), cpus(found[1]), 1.1),
        against_itself("the same, final answer, p50", "ms", medians(found[2]), medians(found[1]), 1.1),
    ]
