"""What the everyday actions cost in processor time, in many short turns with the floor.

The speed of a machine that others use changes from one second to the next. Turns of a tenth of a second meet the same
speed on both sides, and their median is steady where that of a few long ones is not.
"""

from __future__ import annotations

from tests.bench.actions import Actions
from tests.bench.figures import Figure, plain
from tests.bench.lab import PEOPLE, Lab
from tests.bench.load import Act, Batch, alone

TURNS = 12
"""Turns in a round."""
_SHARE = 4
"""A turn has a quarter of the actions of a batch."""
_BUDGETS = {"list": 1.8, "button press (Refresh)": 2.0, "warm autocomplete": 1.0}


async def cost(lab: Lab) -> list[Figure]:
    """Measure list, press and suggestion alone, panel at 0 ms, in many short turns with the floor."""
    count = max(1, lab.options.actions // _SHARE)
    floor, bot = await lab.floor(), await lab.bot(people=PEOPLE)
    floor_list = Actions(floor, PEOPLE).floor_list
    found: dict[str, list[tuple[Batch, Batch]]] = {name: [] for name in _BUDGETS}
    for _ in range(lab.options.rounds):
        warm = Actions(bot, PEOPLE)
        await warm.warm_up()
        by_name: dict[str, Act] = dict(zip(_BUDGETS, (warm.list, warm.press, warm.suggest), strict=True))
        for turn in range(TURNS):
            for name, act in by_name.items():
                # Whoever goes second finds the processor's caches full of the other: that changes sides, too.
                ours_first = turn % 2 == 1
                before = await alone(bot, act, count) if ours_first else None
                base = await alone(floor, floor_list, count)
                found[name].append((base, before or await alone(bot, act, count)))
    lost = [float(sum(base.lost + ours.lost for pairs in found.values() for base, ours in pairs))]
    return [
        *(
            Figure(
                f"{name}, in turns, CPU",
                "ms",
                tuple(ours.cpu_each for _, ours in pairs),
                tuple(base.cpu_each for base, _ in pairs),
                budget=_BUDGETS[name],
            )
            for name, pairs in found.items()
        ),
        plain("actions lost or refused in turns", "", lost, budget=0),
    ]
