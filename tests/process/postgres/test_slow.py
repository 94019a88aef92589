"""A server that is so slow that an action waits long until it is clear that it is this process's."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.postgres.proxy import Fault, Proxy
from tests.process.harbour import Harbour, Member
from tests.wire.interaction import Clocks

KEY = "A" * 43 + "="


@asynccontextmanager
async def at_work(harbour: Harbour, watched: tuple[Proxy, str]) -> AsyncIterator[tuple[Proxy, Member]]:
    """Yield what makes the server slow, and somebody with a panel of the bot on it, which has ended after the block."""
    proxy, url = watched
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        await harbour.open_panel(member)
        yield proxy, member


async def test_a_change_that_waited_too_long_for_its_claim_is_not_made(
    harbour: Harbour, watched: tuple[Proxy, str]
) -> None:
    """Discord has told its person by then that the bot did not respond, and they may have done it again."""
    async with at_work(harbour, watched) as (proxy, member):
        proxy.takes = 1.7
        first, second = await harbour.annotate(member, "first"), await harbour.annotate(member, "second")
        await second.wait_for_answer()
        proxy.takes = 0.0
        await first.wait_for_answer()

    assert "This reached me too late" in second.text
    assert "Nothing was changed" in second.text
    assert harbour.notes(member) != "second"


@pytest.mark.parametrize("harbour", [{"clocks": Clocks()}], indirect=True)
async def test_who_waited_for_their_claim_reads_the_answer_within_what_discord_waits(
    harbour: Harbour, watched: tuple[Proxy, str]
) -> None:
    async with at_work(harbour, watched) as (proxy, member):
        proxy.takes = 1.9
        change = await (await harbour.annotate(member, "slow")).wait_for_ack()
        proxy.takes = 0.0
        await change.wait_for_answer()

    assert "✅" in change.text
    assert change.refusals == []


async def test_a_stop_takes_less_than_ten_seconds_though_the_server_does_not_say_who_else_runs(
    harbour: Harbour, watched: tuple[Proxy, str]
) -> None:
    proxy, url = watched
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST")
        change = await harbour.annotate(member, "never answered")
        await held.arrived.wait()

        proxy.meet(b"count(DISTINCT objid)", Fault.SILENCE)
        bot.terminate()
        signalled = time.monotonic()
        code = await bot.ended()
        took = time.monotonic() - signalled

    assert code == 0
    assert proxy.faults
    assert took < 10
    assert "I had to restart before this was finished" in change.text
