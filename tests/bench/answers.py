"""How fast every action is answered and what it costs, beside the floor's one action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.services.changing.second_look import AFTER
from tests.bench.actions import Actions, of_names
from tests.bench.figures import Figure, plain
from tests.bench.lab import CROWD, PEOPLE, Lab
from tests.bench.load import AFTERWARDS, Act, Batch, alone, closed, paced
from tests.bench.processes import Contender
from tests.bench.world import HOUSEHOLDS, Person

Load = Callable[[Contender, Act, float], Awaitable[Batch]]
RATE = 20.0
LOOKED_AT_AGAIN = {"primary", "create"}
"""Changes that the bot looks at once more a few seconds later: that belongs to their cost."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A batch of the bot and the floor's just before it."""

    floor: Batch
    bot: Batch
    calls: int
    """What the bot asked the panel in its batch."""


async def actions(lab: Lab) -> list[Figure]:
    """Measure every action alone and with 20 people at once, panel at 0 ms."""
    options = lab.options
    run = await _Run.of(lab, CROWD[: min(HOUSEHOLDS, max(20, 2 * options.actions))])
    one = await run.every_action(lambda who, act, more: alone(who, act, options.actions, afterwards=more))
    all_at_once = await run.every_action(
        lambda who, act, more: closed(who, act, 20, 3 * options.actions, afterwards=more)
    )
    return [
        *_cpu(one, "alone"),
        *_calls(one),
        _lost(one, all_at_once),
        *_cpu(all_at_once, "20 people at once"),
        *_times(one, "alone"),
        *_times(all_at_once, "20 people at once"),
        *_rates(all_at_once),
    ]


async def a_second(lab: Lab) -> list[Figure]:
    """Measure every action at 20 a second from 50 people, with the panel at 0 and at 50 ms."""
    run = await _Run.of(lab, PEOPLE)
    figures = []
    for delay in (0.0, 0.05):
        found = await run.every_action(
            lambda who, act, more: paced(who, act, RATE, lab.options.seconds, afterwards=more), delay=delay
        )
        load = f"20 a second, panel at {delay * 1000:.0f} ms"
        figures += _cpu(found, load)
        figures += _times(found, load, budgets=_TIME_BUDGETS if delay else {})
        figures.append(_lost(found))
    return figures


@dataclass(frozen=True, slots=True)
class _Run:
    """The floor and the bot, the people who act again and again, and those whom the bot has not seen yet."""

    lab: Lab
    floor: Contender
    bot: Contender
    people: Sequence[Person]
    never_seen: Iterator[Person]

    @classmethod
    async def of(cls, lab: Lab, people: Sequence[Person]) -> _Run:
        """Return a run with both started."""
        return cls(lab, await lab.floor(), await lab.bot(people=CROWD), people, iter(CROWD[len(people) :]))

    async def every_action(self, load: Load, *, delay: float = 0.0) -> dict[str, list[Pair]]:
        """Run every action of the bot in turn with the floor's one; return the pairs by the action's name."""
        floor_list = Actions(self.floor, self.people).floor_list
        pairs: dict[str, list[Pair]] = {}
        for _ in range(self.lab.options.rounds):
            await self.lab.panel.tell(reset=True, delay=delay)
            warm = Actions(self.bot, self.people)
            fresh = Actions(self.bot, list(islice(self.never_seen, 3 * self.lab.options.actions)))
            for name, act in {**of_names(warm), "cold autocomplete": fresh.suggest}.items():
                await warm.warm_up()
                afterwards = AFTER + 1.0 if name in LOOKED_AT_AGAIN else AFTERWARDS
                floor = await load(self.floor, floor_list, AFTERWARDS)
                await self.lab.panel.tell()
                bot = await load(self.bot, act, afterwards)
                calls = (await self.lab.panel.tell())["calls"]
                pairs.setdefault(name, []).append(Pair(floor, bot, calls))
        await self.lab.panel.tell(reset=True, delay=0.0)
        return pairs


_TIME_BUDGETS = {("list", 50): 1.15, ("list", 99): 1.5}


def _cpu(found: dict[str, list[Pair]], load: str) -> list[Figure]:
    return [
        Figure(
            f"{name}, {load}, CPU",
            "ms",
            tuple(pair.bot.cpu_each for pair in pairs),
            tuple(pair.floor.cpu_each for pair in pairs),
        )
        for name, pairs in found.items()
    ]


def _calls(found: dict[str, list[Pair]]) -> list[Figure]:
    return [
        plain(f"{name}, panel calls each", "", [pair.calls / len(pair.bot.answered) for pair in pairs])
        for name, pairs in found.items()
    ]


def _lost(*found: dict[str, list[Pair]]) -> Figure:
    rounds = zip(*(pairs for by_name in found for pairs in by_name.values()), strict=True)
    lost = [float(sum(pair.floor.lost + pair.bot.lost for pair in pairs)) for pairs in rounds]
    return plain("actions lost or refused", "", lost, budget=0)


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
