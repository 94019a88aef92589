"""Asking games no more than is bearable: what one process does, and what several do over PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle

import pytest
from discord.utils import utcnow

from bot.demo.games import JavaGame
from bot.demo.games.datagrams import LOOPBACK
from bot.domain.models import Allocation
from bot.errors import OwnDatabaseFailed
from bot.net.asking import Asker
from bot.net.guard import Guard
from bot.services.game.probing import AT_ONCE, PAUSE, Asked, AskedLately, BeingAsked, FiveAtOnce, Probing
from bot.services.together.fleet import Fleet
from bot.store.database import open_database
from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import KEY_BYTES, Vault
from tests.net.hostile import Dripping
from tests.postgres.server import Server

ASKER = Asker(Guard(private=True, never=()))


def row_at(port: int, *, alias: str | None = None) -> Allocation:
    """Return an allocation at a port of this machine."""
    return Allocation(port, LOOPBACK, alias, port, None, is_primary=False)


@dataclass
class Process:
    """One process that asks games, with a clock that a test moves."""

    probing: Probing
    elapsed: float = 0.0

    def __post_init__(self) -> None:
        """Tell time by this clock."""
        self.probing.clock = lambda: self.elapsed

    async def ask(self, port: int, *, alias: str | None = None) -> Asked:
        """Ask at a port of this machine."""
        return await self.probing.ask(ASKER, row_at(port, alias=alias))


@pytest.fixture
def alone() -> Process:
    """Return the only process there is."""
    return Process(Probing(ASKER, Fleet(), now=utcnow))


async def test_a_check_that_was_broken_off_counts_for_half_a_minute(alone: Process) -> None:
    arrivals = asyncio.Semaphore(0)
    async with Dripping(arrivals=arrivals) as game:
        given_up = asyncio.create_task(alone.ask(game.port))
        await arrivals.acquire()
        given_up.cancel()
        await asyncio.wait([given_up])

        with pytest.raises(AskedLately) as refused:
            await alone.ask(game.port)
        alone.elapsed += PAUSE - 0.1
        with pytest.raises(AskedLately):
            await alone.ask(game.port)
        alone.elapsed += 0.2
        asked = await alone.ask(game.port)

    assert refused.value.retry_at == pytest.approx(utcnow().timestamp() + PAUSE, abs=10)
    assert asked.probe.answered
    assert game.connected == 2


async def test_what_was_asked_for_nobody_any_more_gives_its_place_back(alone: Process) -> None:
    arrivals = asyncio.Semaphore(0)
    async with AsyncExitStack() as stack:
        games = [await stack.enter_async_context(Dripping(arrivals=arrivals)) for _ in range(AT_ONCE)]
        asking = [asyncio.create_task(alone.ask(game.port)) for game in games]
        for _ in games:
            await arrivals.acquire()
        java = await stack.enter_async_context(JavaGame())
        with pytest.raises(FiveAtOnce):
            await alone.ask(java.port)
        asking[2].cancel()
        await asyncio.wait([asking[2]])

        asked = await alone.ask(java.port)
        for task in asking:
            task.cancel()
        await asyncio.wait(asking)

    assert asked.probe.answers


async def test_two_ports_of_inner_addresses_with_different_aliases_are_two(alone: Process) -> None:
    async with JavaGame() as game:
        await alone.ask(game.port, alias="one.example.org")
        await alone.ask(game.port, alias="two.example.org")

    assert len(game.asked) == 2


# ------------------------------------------------------------------------------------------------- several processes


@pytest.fixture
async def two(postgres: Server) -> AsyncIterator[tuple[Process, Process]]:
    """Yield two processes on one database."""
    url = postgres.fresh()
    await (await open_database(url)).close()
    fleets = [PostgresFleet(url, Vault([bytes(KEY_BYTES)]), me=me) for me in ("one", "two")]
    one, other = (
        Process(Probing(ASKER, Fleet(marks=fleet.marks, exclusion=fleet.exclusion), now=utcnow)) for fleet in fleets
    )
    yield one, other
    for fleet in fleets:
        await fleet.close()


async def test_a_port_is_asked_once_in_half_a_minute_whichever_process_is_asked(
    two: tuple[Process, Process], postgres: Server
) -> None:
    one, other = two
    async with JavaGame() as game, JavaGame() as another:
        first = await one.ask(game.port)

        again = await one.ask(game.port)
        with pytest.raises(AskedLately) as refused:
            await other.ask(game.port)
        await other.ask(another.port)

    assert first is again
    assert refused.value.retry_at == pytest.approx(first.at + PAUSE, abs=5)
    assert len(game.asked) == 1
    assert len(another.asked) == 1


async def test_of_two_processes_that_are_asked_at_the_same_time_one_asks(two: tuple[Process, Process]) -> None:
    async with JavaGame() as game:
        came = await asyncio.gather(*(process.ask(game.port) for process in two), return_exceptions=True)

    assert sorted(type(answer).__name__ for answer in came) == ["Asked", "AskedLately"]
    assert len(game.asked) == 1


async def test_five_are_asked_at_once_over_all_processes(two: tuple[Process, Process]) -> None:
    arrivals = asyncio.Semaphore(0)
    async with AsyncExitStack() as stack:
        games = [await stack.enter_async_context(Dripping(every=0.1, arrivals=arrivals)) for _ in range(AT_ONCE + 1)]
        asking = [
            asyncio.create_task(process.ask(game.port))
            for game, process in zip(games[:AT_ONCE], cycle(two), strict=False)
        ]
        for _ in asking:
            await arrivals.acquire()

        for process in two:
            with pytest.raises(FiveAtOnce):
                await process.ask(games[-1].port)
        with pytest.raises(BeingAsked):
            await two[0].ask(games[0].port)
        await asyncio.wait(asking)
        # Of those that were refused nothing is remembered: nobody was asked.
        last = await two[1].ask(games[-1].port)

    assert all(task.result().probe.answered for task in asking)
    assert last.probe.answered
    assert [game.connected for game in games] == [1] * (AT_ONCE + 1)


async def test_where_it_cannot_be_known_what_others_ask_nobody_is_asked(
    two: tuple[Process, Process], postgres: Server
) -> None:
    one, _ = two
    async with JavaGame() as game:
        postgres.stop()
        try:
            with pytest.raises(OwnDatabaseFailed):
                await one.ask(game.port)
        finally:
            postgres.start()

        asked = await one.ask(game.port)

    assert asked.probe.answers
    assert len(game.asked) == 1
