"""A restart that loses no press: a new process begins while the old one runs, and the old one then leaves.

Four restarts of each kind by default, under as many of twenty actions a second as the machine has room for.
`BERTH_LONG=1 python -m pytest tests/process/test_handover.py` plays twenty, and fails where it were fewer a second.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest

from bot.front.client import DRAIN
from tests.ports import free_port
from tests.postgres.server import Server
from tests.process.adding import COUNT, ROWS, begun
from tests.process.busy import PEOPLE, PER_SECOND, Crowd
from tests.process.harbour import Harbour, Member
from tests.process.restarting import followed, looked_again
from tests.process.watched.watching import Watcher, service_manager
from tests.wire import BotProcess
from tests.wire.discord_gateway import Two
from tests.wire.interaction import Clocks

LONG = bool(os.environ.get("BERTH_LONG"))
RESTARTS = 20 if LONG else 4
SLACK = 0.5
"""Of the actions a second, what the measuring may be off by: a person who has no answer yet is passed over."""
HASTE = 0.25
"""How fast time passes for the processes: the load stays what it is, and on a busy machine nobody loses patience."""
PATIENCE = 150.0
"""Seconds that anything may take."""
BEFORE_AND_AFTER = 1.0
"""Seconds of load before the first restart, and after each."""
pytestmark = [
    pytest.mark.timeout(1800 if LONG else 400),
    pytest.mark.parametrize("harbour", [{"clocks": Clocks(first_answer=PATIENCE)}], indirect=True, ids=[""]),
]


def bot(harbour: Harbour, url: str, *, haste: float = 1, **settings: Any) -> BotProcess:
    """Return a process that carries everything."""
    return harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY="A" * 43 + "=", SHARD_COUNT="1", haste=haste, **settings)


async def ready(harbour: Harbour, postgres: Server, url: str) -> BotProcess:
    """Return a new process that is connected; sessions begun before it count as begun long ago."""
    if harbour.processes:
        postgres.execute("UPDATE starts SET at = 0", database=url.rpartition("/")[2])
    new = await bot(harbour, url, haste=HASTE).start()
    await new.until_line("Ready as", within=PATIENCE)
    return new


@pytest.mark.parametrize("two", list(Two), ids=lambda two: two.name.lower())
async def test_a_restart_under_load_answers_everything_once_and_makes_each_change_once(
    harbour: Harbour, postgres: Server, two: Two
) -> None:
    url, crowd = postgres.fresh(), Crowd(harbour)
    harbour.discord.gateway.two_sessions = two
    old = await ready(harbour, postgres, url)
    await crowd.arrive()

    async with crowd.busy():
        await asyncio.sleep(BEFORE_AND_AFTER)
        for _ in range(RESTARTS):
            new = await ready(harbour, postgres, url)
            old.terminate()
            assert await old.ended(PATIENCE) == 0
            assert "handing over" in old.stderr
            old = new
            await asyncio.sleep(BEFORE_AND_AFTER)
    await asyncio.gather(*(done.wait_for_answer(PATIENCE) for done in crowd.asked))
    old.terminate()
    await old.ended(PATIENCE)

    assert len(crowd.asked) > RESTARTS * PER_SECOND
    assert len({done.user_id for done in crowd.asked}) == PEOPLE
    if LONG:
        assert len(crowd.asked) / crowd.seconds >= PER_SECOND - SLACK
    assert [done for done in crowd.asked if done.refusals] == []
    assert [done.text for done in crowd.written.values() if "✅ Noted `" not in done.text] == []
    assert [done.text for done in crowd.listed if "25566" not in done.text] == []
    assert harbour.writes() == len(crowd.written)
    # Some were sent to both, where Discord does that; and the new process has answered some.
    said = [process.stderr for process in harbour.processes]
    assert any("another process has it" in log for log in said) == (two is Two.BOTH)


async def test_a_stop_without_another_process_refuses_politely_as_ever(harbour: Harbour, postgres: Server) -> None:
    async with bot(harbour, postgres.fresh()) as alone:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST")
        change = await harbour.annotate(member, "while it stops")
        await held.arrived.wait()

        alone.terminate()
        await alone.until_line("Stopping")
        answer = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
        while "I am restarting" not in answer.text:  # it looks for another process first
            answer = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
        held.release()
        await change.wait_for_answer()
        code = await alone.ended()

    assert code == 0
    assert "✅ Noted `" in change.text


@asynccontextmanager
async def at_noon(harbour: Harbour, postgres: Server, *, haste: float = 1) -> AsyncIterator[tuple[BotProcess, Member]]:
    """Yield a process that has another beside it to hand over to, and gets all that is done; and somebody linked."""
    url = postgres.fresh()
    harbour.discord.gateway.two_sessions = Two.OLDEST
    async with bot(harbour, url, haste=haste) as old:
        await old.until_line("Ready as", within=60)
        member = await harbour.linked()
        async with bot(harbour, url) as new:
            await new.until_line("Ready as", within=60)
            yield old, member


async def test_what_the_panel_is_slow_to_answer_is_finished_by_the_process_that_leaves(
    harbour: Harbour, postgres: Server
) -> None:
    async with at_noon(harbour, postgres) as (old, member):
        # Longer than a process that nobody takes over from waits for what is under way.
        harbour.panel.faults.late(DRAIN + 1.5, method="POST")
        change = await harbour.annotate(member, "at noon")
        await change.wait_for_ack()
        old.terminate()
        code = await old.ended(30)

    assert code == 0
    assert "handing over" in old.stderr
    assert "✅ Noted `" in change.text, change.text
    assert harbour.writes() == 1


async def test_a_plan_that_an_update_cuts_is_gone_on_with_by_the_new_process_at_once(
    harbour: Harbour, postgres: Server
) -> None:
    async with at_noon(harbour, postgres) as (old, member):
        held = harbour.panel.faults.hold(method="POST", path=ROWS)
        seen = await begun(harbour, member, held.arrived)
        old.terminate()
        await old.until_line("handing over")
        held.release()
        await harbour.discord.until(lambda: "Go on" in seen.shown.buttons, within=20, what="it has stopped")
        words = seen.text
        end = await (await harbour.discord.press(member.id, seen.shown, "Go on")).wait_for_answer()
        await harbour.discord.until(lambda: "3 of 3 ports added" in end.text, within=30, what="it is all added")
        assert await old.ended(30) == 0

    assert "⏸️ I am being updated, so I stopped here. Press **Go on** for the rest." in words
    assert len(harbour.rows(member)) == 2 + COUNT


async def test_a_restart_that_an_update_leaves_unwatched_is_looked_at_by_the_new_process_at_once(
    harbour: Harbour, postgres: Server
) -> None:
    async with at_noon(harbour, postgres) as (old, member):
        seen = await followed(harbour, member)
        old.terminate()
        assert await old.ended(30) == 0
        words = seen.text
        again = await looked_again(harbour, member, seen)

    assert "But I am being updated, so I no longer watch what comes of it: press **Look again** to see that." in words
    assert f"Restart {member.server.name}" in again.text
    assert harbour.writes() == 1


@pytest.mark.timeout(200)
async def test_what_an_update_interrupts_is_told_without_a_wait(harbour: Harbour, postgres: Server) -> None:
    async with at_noon(harbour, postgres, haste=4) as (old, member):
        held = harbour.panel.faults.hold(method="POST")
        change = await harbour.annotate(member, "at noon")
        await held.arrived.wait()
        old.terminate()
        assert await old.ended(60) == 0
        held.release()

    assert "I was updated before this was finished" in change.text, change.text
    assert "in about a minute" not in change.text


async def test_a_new_process_with_the_same_address_for_its_numbers_takes_that_over_from_the_old_one(
    harbour: Harbour, postgres: Server
) -> None:
    url, port = postgres.fresh(), free_port()
    place = f"127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session, bot(harbour, url, METRICS=place) as old:
        watcher = Watcher(session, port)
        await watcher.until("/readyz", 200)
        await harbour.linked()
        async with bot(harbour, url, METRICS=place) as new:
            await new.until_line("Ready as", within=60)
            of_the_old = await watcher.number("berth_interactions_total")
            async with harbour.bot("health", METRICS=place, DATABASE_URL=url, SHARD_COUNT="1") as health:
                assert await health.ended() == 0
            old.terminate()
            assert await old.ended(30) == 0
            await new.until_line(f"Numbers are told at {place}")
            assert await watcher.until("/readyz", 200) == "ready\n"
            of_the_new = await watcher.number("berth_interactions_total")

    assert "handing over" in old.stderr
    assert f"Another process listens at {place}: until it ends it is asked there" in new.stderr
    assert (of_the_old, of_the_new) == (2, 0)


async def test_the_service_manager_hears_of_a_new_process_once_the_old_one_would_hand_over_to_it(
    harbour: Harbour, postgres: Server, tmp_path: Path
) -> None:
    url, carried, port = postgres.fresh(), "(1112888424, 0)", free_port()
    async with service_manager(tmp_path) as (path, told, watch), aiohttp.ClientSession() as session:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(f"SELECT pg_advisory_lock{carried}")
            async with bot(harbour, url, NOTIFY_SOCKET=path, METRICS=f"127.0.0.1:{port}"):
                await harbour.discord.until_ready()
                with pytest.raises(AssertionError):  # longer than the server lets anybody wait for a lock
                    await watch.until(lambda: "READY=1" in told, within=4, what="that it is ready")
                words = await Watcher(session, port).until("/readyz", 503)
                other.execute(f"SELECT pg_advisory_unlock{carried}")
                await watch.until(lambda: "READY=1" in told, within=20, what="that it is ready")
                await Watcher(session, port).until("/readyz", 200)

    assert words == "connected to Discord, which the other processes do not know yet\n"
    assert "STATUS=Connected to Discord, which others do not know yet" in told
