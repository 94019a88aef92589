"""New sessions are begun as Discord asks: five seconds apart where it counts two shards together, else at once."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.together import Slot
from bot.front.pace import BETWEEN_SESSIONS, DAY, OwnStarts, Pace


class Clock:
    """A clock that goes on by what is slept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self._yield = asyncio.sleep
        monkeypatch.setattr(asyncio, "sleep", self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds
        await self._yield(0)


class Others:
    """Other processes, which take the first slots themselves."""

    def __init__(self, waits: list[float], others: int) -> None:
        self._waits = waits
        self._others = others

    async def take(self, _: int) -> Slot:
        """Return the next wait, then a slot."""
        return Slot(self._waits.pop(0)) if self._waits else Slot(0.0, self._others)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a clock that nobody waits for."""
    return Clock(monkeypatch)


@pytest.mark.parametrize(("at_once", "seconds"), [(1, 15 * BETWEEN_SESSIONS), (16, 0.0), (4, 3 * BETWEEN_SESSIONS)])
async def test_as_many_shards_begin_at_once_as_discord_allows(clock: Clock, at_once: int, seconds: float) -> None:
    pace = Pace(lambda: clock.now, starts=OwnStarts(lambda: clock.now))
    pace.allow(total=1000, remaining=1000, resets_in=DAY, shards=16, at_once=at_once)

    for shard in range(16):
        await pace.session(shard)

    assert clock.now == seconds


async def test_a_start_that_another_process_took_is_waited_for_and_counts_against_the_day(clock: Clock) -> None:
    pace = Pace(lambda: clock.now, starts=Others([5.0, 2.5], others=400))
    pace.allow(total=1000, remaining=800, resets_in=DAY, shards=1)
    assert not pace.scarce

    await pace.session(0)

    assert clock.now == 7.5
    assert pace.scarce


async def test_who_leaves_makes_no_new_connection(clock: Clock) -> None:
    pace = Pace(lambda: clock.now)
    pace.leave()

    turn = asyncio.create_task(pace.turn())
    _, waiting = await asyncio.wait({turn}, timeout=0.05)

    assert waiting == {turn}
    turn.cancel()


async def test_who_leaves_while_it_waits_for_a_new_session_begins_none(clock: Clock) -> None:
    """Else Discord sends it presses again, which it refuses although another process is there."""
    waits = [5.0]
    pace = Pace(lambda: clock.now, starts=Others(waits, others=0))

    session = asyncio.create_task(pace.session(0))
    await asyncio.sleep(0)
    assert waits == []
    pace.leave()
    _, waiting = await asyncio.wait({session}, timeout=0.05)

    assert waiting == {session}
    session.cancel()
