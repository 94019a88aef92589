"""Having the running bot watched: numbers, listener and chores, where METRICS names a place for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from bot.operator.start import StartRefused
from bot.store.errors import DatabaseFailed

if TYPE_CHECKING:
    from bot.watch.numbers import Numbers
    from bot.watch.writing import Writing

log = logging.getLogger(__name__)
LOOKS_EVERY = 60.0
"""Seconds between two looks at the database: a scrape counts and tries nothing itself."""
ALIVE = "alive"
"""The name under which the database is written to, to see whether it takes it."""


class Watched(Protocol):
    """The bot, as far as it is watched."""

    @property
    def is_whole(self) -> bool:
        """Whether every shard is connected."""

    @property
    def connected(self) -> bool:
        """Whether that is so and other processes know it."""

    @property
    def shards_up(self) -> int:
        """How many shards are connected."""


def open_numbers(place: tuple[str, int] | None) -> Numbers | None:
    """Return what takes note of the bot's work, None where nobody is told; raise StartRefused without the extra."""
    if place is None:
        return None
    try:
        # Here, and not above: it takes memory, and is an extra.
        from bot.watch.numbers import Numbers  # noqa: PLC0415
    except ModuleNotFoundError:
        raise StartRefused("METRICS needs its extra: pip install '.[metrics]'") from None
    return Numbers()


@asynccontextmanager
async def watching(
    place: tuple[str, int] | None,
    numbers: Numbers | None,
    bot: Watched,
    *,
    name: str,
    running: Callable[[], int],
    waiting: Callable[[], int],
    links: Callable[[], Awaitable[int]],
    writes: Callable[[], Awaitable[object]],
    waits: Callable[[], Awaitable[bool]],
) -> AsyncIterator[None]:
    """Have the bot watched until the block ends.

    It is asked whether it is well by its `name`. `running` tells how many plans of several ports are carried out,
    `waiting` how many ports of these are not done yet, `links` counts the linked accounts, and `writes` writes to the
    database; `waits` says whether the place may be another process's until that ends, and is asked where it is taken.
    Raises StartRefused where the place cannot be listened at.
    """
    if place is None or numbers is None:
        yield
        return
    from bot.watch.lag import watch_lag  # noqa: PLC0415 - as the rest, only where the bot is watched
    from bot.watch.listener import Looks, listening  # noqa: PLC0415
    from bot.watch.numbers import TYPE  # noqa: PLC0415
    from bot.watch.writing import Writing  # noqa: PLC0415

    writing = Writing(writes)
    watch_bot(numbers, bot, running, waiting, writing.age)
    chores = [
        asyncio.create_task(watch_lag(numbers.lag.observe), name="lag"),
        asyncio.create_task(_look_at_database(numbers, writing, links), name="database"),
    ]
    looks = Looks(numbers.told, TYPE, lambda: bot.is_whole, lambda: bot.connected, name, writing.trouble)
    try:
        async with listening(place, looks, waits=waits):
            yield
    finally:
        for task in chores:
            task.cancel()
        await asyncio.gather(*chores, return_exceptions=True)


def watch_bot(
    numbers: Numbers,
    bot: Watched,
    running: Callable[[], int],
    waiting: Callable[[], int],
    unwritten: Callable[[], float],
) -> None:
    """Have told, too, what the bot is asked for whenever its numbers are."""
    numbers.watch("shards_up", "Shards that are connected to Discord.", lambda: bot.shards_up)
    numbers.watch(
        "connected", "Whether every shard is connected, and other processes know it.", lambda: float(bot.connected)
    )
    numbers.watch("several_running", "Plans of several ports that are being carried out.", running)
    numbers.watch("several_waiting", "Ports of these plans that are not done yet.", waiting)
    numbers.watch(
        "database_write_age_seconds", "Since the database last took a write; one is tried every minute.", unwritten
    )


async def _look_at_database(numbers: Numbers, writing: Writing, count: Callable[[], Awaitable[int]]) -> None:
    while True:
        # One that takes no write is told of once, and has the links it had.
        if not await writing.trouble():
            try:
                numbers.links.set(await count())
            except DatabaseFailed as problem:  # the next minute may be better
                log.warning("The links could not be counted: %s", problem)
        await asyncio.sleep(LOOKS_EVERY)
