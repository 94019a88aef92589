"""How fast every action is answered and what it costs, beside the floor's one action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from tests.bench.actions import Actions, of_names
from tests.bench.figures import Figure
from tests.bench.lab import CROWD, PEOPLE, Lab
from tests.bench.load import Act, Batch, alone, closed, paced
from tests.bench.processes import Contender
from tests.bench.world import Person

Load = Callable[[Contender, Act], Awaitable[Batch]]
RATE = 20.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A batch of the bot and the floor's just before it."""

    floor: Batch
    bot: Batch


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
