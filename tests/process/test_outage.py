"""The gateway is away or refuses: the bot is back soon after it returns, and a day of it costs no token.

Time passes ten or more times as fast for these processes. `BERTH_LONG=1` adds the two minutes of refusals in real time.
"""

from __future__ import annotations

import asyncio
import os
import time
from itertools import pairwise

import pytest

from bot.front.pace import DAY, PER_DAY, Pace
from tests.process.harbour import Harbour

HASTE = 10
LONG = pytest.mark.skipif(not os.environ.get("BERTH_LONG"), reason="takes two minutes; BERTH_LONG=1 runs it")
TRIES = 14
"""After which discord.py waits up to 1,024 seconds, and the bot for ten at most."""


async def test_after_many_refused_connections_the_bot_is_back_within_30_seconds_of_the_gateways_return(
    harbour: Harbour,
) -> None:
    gateway = harbour.discord.gateway
    async with harbour.bot(haste=HASTE) as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        gateway.away = True
        gateway.drop()
        await harbour.discord.until(lambda: gateway.turned_away >= TRIES, within=60, what="it tries on")
        gateway.away = False
        returned = time.monotonic()

        await harbour.discord.until(lambda: gateway.ready, within=30, what="it is back")

        back = time.monotonic() - returned
        seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
        bot.terminate()
        assert await bot.ended() == 0

    assert back * HASTE <= 30
    assert "25566" in seen.text
    assert gateway.identifies <= 2
    assert len(bot.lines) < 15


@LONG
@pytest.mark.timeout(300)
async def test_after_two_minutes_of_refused_connections_the_bot_is_back_within_30_seconds(harbour: Harbour) -> None:
    gateway = harbour.discord.gateway
    async with harbour.bot():
        await harbour.discord.until_ready()
        gateway.away = True
        gateway.drop()
        await asyncio.sleep(120)
        gateway.away = False

        await harbour.discord.until(lambda: gateway.ready, within=30, what="it is back")

    assert gateway.identifies <= 2


async def test_a_gateway_that_is_away_at_the_start_is_waited_for(harbour: Harbour) -> None:
    gateway = harbour.discord.gateway
    gateway.away = True
    async with harbour.bot(haste=HASTE) as bot:
        await harbour.discord.until(lambda: gateway.turned_away >= 8, within=60, what="it tries on")
        gateway.away = False

        await harbour.discord.until_ready()
        bot.assert_content()


async def test_a_gateway_that_ends_every_session_at_once_is_neither_stormed_nor_given_up(harbour: Harbour) -> None:
    gateway = harbour.discord.gateway
    async with harbour.bot(haste=HASTE) as bot:
        await harbour.discord.until_ready()
        started = time.monotonic()
        await gateway.refuse(4000)
        await harbour.discord.until(lambda: gateway.opened >= TRIES, within=60, what="it tries on")
        took = (time.monotonic() - started) * HASTE
        gateway.relent()
        returned = time.monotonic()

        await harbour.discord.until(lambda: gateway.ready, within=30, what="it is back")
        back = time.monotonic() - returned
        bot.assert_content()

    # Without a pace all these tries are over within a second.
    assert took > 30
    assert back * HASTE <= 30


@pytest.mark.parametrize("left", [0, 40])
async def test_a_bot_with_hardly_a_session_left_waits_until_discord_counts_anew(harbour: Harbour, left: int) -> None:
    until_reset = 60.0
    harbour.discord.rest.sessions |= {"remaining": left, "reset_after": int(until_reset * 1000)}
    async with harbour.bot(haste=HASTE) as bot:
        said = await bot.until_line("few new sessions left")
        told = time.monotonic()

        await harbour.discord.until_ready()
        waited = (time.monotonic() - told) * HASTE

    assert "connecting in 60 seconds" in said
    assert waited > until_reset * 0.8
    assert harbour.discord.gateway.identifies == 1


class Clock:
    """A clock that those who wait for it move on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(asyncio, "sleep", self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("remaining", [PER_DAY, 500, 200, 30, 0])
async def test_a_day_of_refusals_right_after_each_new_session_leaves_some_of_the_days_sessions(
    monkeypatch: pytest.MonkeyPatch, remaining: int
) -> None:
    clock = Clock(monkeypatch)
    pace = Pace(lambda: clock.now)
    pace.allow(total=PER_DAY, remaining=remaining, resets_in=DAY, shards=1)
    begun = 0

    while True:
        await pace.turn()
        await pace.session()
        if clock.now >= 1_000 + DAY:
            break
        begun += 1

    assert begun <= max(0, remaining - 0.04 * PER_DAY)
    assert begun >= 0.7 * remaining - 50


async def test_a_bot_restarted_all_day_by_its_supervisor_leaves_some_of_the_days_sessions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    begun = 0

    while clock.now < 1_000 + DAY:
        pace = Pace(lambda: clock.now)
        pace.allow(total=PER_DAY, remaining=PER_DAY - begun, resets_in=1_000 + DAY - clock.now, shards=1)
        await pace.turn()
        await pace.session()
        begun += clock.now < 1_000 + DAY
        clock.now += 16

    assert PER_DAY / 2 < begun <= PER_DAY * 0.96


async def test_two_new_sessions_are_five_seconds_apart_and_a_lost_connection_is_tried_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    pace = Pace(lambda: clock.now)
    begun = []
    for _ in range(3):
        await pace.turn()
        await pace.session()
        begun.append(clock.now)

    clock.now += 3600

    assert [later - earlier for earlier, later in pairwise(begun)] == [5, 5]
    assert pace.wait() == 0


async def test_tries_are_never_more_than_ten_seconds_apart_while_there_are_sessions_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    pace = Pace(lambda: clock.now)
    tried = []
    for _ in range(2_000):
        await pace.turn()
        tried.append(clock.now)

    apart = [later - earlier for earlier, later in pairwise(tried)]

    assert apart[:4] == [0] * 4
    assert max(apart) <= 10
    assert min(apart[12:]) >= 5
