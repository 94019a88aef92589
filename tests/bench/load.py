"""Loads: one action after another, so many a second, or so many people at once; and what a load took."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from tests.wire import Interaction, WireDiscord

Act = Callable[[int], Awaitable[Interaction]]
"""Does the nth action of a batch and returns what was answered."""
AFTERWARDS = 0.05
"""Seconds for what comes after the answer, as the record of a change: it belongs to the action."""
REFUSED = ("❌", "🔗")
"""One is in every answer that says no, or that a link comes first: not what is measured."""


class Loaded(Protocol):
    """Who is put under a load: a process, or several of one bot."""

    discord: WireDiscord
    batches: int
    """Loads it is under."""

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""


@dataclass(slots=True)
class Batch:
    """What a number of actions took: seconds each to the first answer and to the final one, CPU seconds in all."""

    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    cpu: float = 0.0
    seconds: float = 0.0
    lost: int = 0
    """How many got no answer, or another one than is measured."""
    last_lost: str = ""

    @property
    def cpu_each(self) -> float:
        """Milliseconds of CPU an action took."""
        return self.cpu * 1000 / len(self.answered)

    @property
    def rate(self) -> float:
        """Actions a second."""
        return len(self.answered) / self.seconds

    def answer(self, percent: float) -> float:
        """Milliseconds to the final answer within which so many percent of the actions were done."""
        return percentile(self.answered, percent) * 1000

    def acknowledgement(self, percent: float) -> float:
        """Milliseconds to the first answer within which so many percent of the actions had it."""
        return percentile(self.acknowledged, percent) * 1000


def percentile(values: list[float], percent: float) -> float:
    """Return the value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


async def alone(contender: Loaded, act: Act, count: int, *, afterwards: float = AFTERWARDS) -> Batch:
    """One action after another."""
    async with _measured(contender, afterwards) as batch:
        for number in range(count):
            await _once(batch, act, number)
    return batch


async def paced(contender: Loaded, act: Act, rate: float, seconds: float, *, afterwards: float = AFTERWARDS) -> Batch:
    """So many actions a second, whether or not those before are answered."""
    async with _measured(contender, afterwards) as batch:
        loop = asyncio.get_running_loop()
        began = loop.time()
        tasks = []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(began + number / rate - loop.time())
            tasks.append(asyncio.create_task(_once(batch, act, number)))
        await asyncio.gather(*tasks)
    return batch


async def closed(contender: Loaded, act: Act, width: int, count: int, *, afterwards: float = AFTERWARDS) -> Batch:
    """So many people at once, each of whom acts again as soon as they are answered."""
    async with _measured(contender, afterwards) as batch:
        numbers = iter(range(count))

        async def person() -> None:
            for number in numbers:
                await _once(batch, act, number)

        await asyncio.gather(*(person() for _ in range(width)))
    return batch


async def _once(batch: Batch, act: Act, number: int) -> None:
    try:
        interaction = await (await act(number)).wait_for_answer()
    except AssertionError as trouble:
        batch.lost, batch.last_lost = batch.lost + 1, f"{trouble}"
        return
    if interaction.message is not None and any(mark in interaction.message.text for mark in REFUSED):
        batch.lost, batch.last_lost = batch.lost + 1, interaction.message.text
        return
    assert interaction.acked_at is not None
    assert interaction.answered_at is not None
    batch.acknowledged.append(interaction.acked_at - interaction.sent_at)
    batch.answered.append(interaction.answered_at - interaction.sent_at)


@asynccontextmanager
async def _measured(contender: Loaded, afterwards: float) -> AsyncIterator[Batch]:
    """Take the time and the CPU of a block; what this process remembers of those before is let go of."""
    batch = Batch()
    if contender.batches == 0:
        forget(contender)
    contender.batches += 1
    gc.collect()
    gc.disable()
    cpu, began = contender.cpu, time.perf_counter()
    try:
        yield batch
        batch.seconds = time.perf_counter() - began
        await asyncio.sleep(afterwards)
        batch.cpu = contender.cpu - cpu
        if not batch.answered:
            raise RuntimeError(f"Not one action was answered as it should be; the last: {batch.last_lost}")
    finally:
        contender.batches -= 1
        gc.enable()


def forget(contender: Loaded) -> None:
    """Let go of what the small Discord remembers of earlier calls."""
    contender.discord.calls.clear()
    contender.discord.rest._interactions.clear()
