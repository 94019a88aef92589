"""A stop while Discord takes no answer, and lines for all to see: nothing untrue, nothing twice.

What needs minutes is in `tests/e2e/test_delivery.py`, where time is virtual.
"""

from __future__ import annotations

import time

import pytest

from bot.demo.panel.faults import Hold
from tests.process.harbour import Harbour
from tests.wire import Interaction
from tests.wire.faults import CALLBACK, WEBHOOK

ALWAYS = 1_000_000


async def untold_change(harbour: Harbour) -> Interaction:
    """Return a change that is made, and whose answer the network keeps from Discord."""
    member = await harbour.linked()
    held: Hold = harbour.panel.faults.hold(method="POST")
    change = await (await harbour.annotate(member, "made")).wait_for_ack()
    fault = harbour.discord.faults.reset(path=WEBHOOK, times=ALWAYS)
    held.release()
    await harbour.discord.until(fault.taken.is_set, what="the answer is on its way")
    assert harbour.notes(member) == "made"
    return change


async def test_a_stop_while_an_answer_is_on_its_way_waits_for_it(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        change = await untold_change(harbour)

        bot.terminate()
        await bot.until_line("Stopping")
        harbour.discord.faults.clear()
        code = await bot.ended()

    assert code == 0
    assert "✅ Noted `" in change.text
    assert change.followups == []


async def test_a_stop_never_says_of_a_change_that_is_made_that_it_may_not_be(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        change = await untold_change(harbour)

        bot.terminate()
        signalled = time.monotonic()
        await bot.until_line("giving it up")
        harbour.discord.faults.clear()
        code = await bot.ended()

    assert code == 0
    assert time.monotonic() - signalled < 10
    assert "I had to restart" not in "".join(call.body.decode() for call in harbour.discord.calls)
    if change.answered_at is not None:  # the last try came before the network did
        assert "✅ Noted `" in change.text


async def test_a_stop_says_in_the_log_whom_it_could_not_tell(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        change = await untold_change(harbour)

        bot.terminate()
        signalled = time.monotonic()
        code = await bot.ended()

    assert code == 0
    assert time.monotonic() - signalled < 10
    assert f"Discord cannot be reached for {change.id}" in bot.stderr


# ------------------------------------------------------------------------------------------------ public, once


@pytest.mark.parametrize("lost", ["line", "line, 502", "waiting sign"])
async def test_a_shared_address_read_slowly_is_posted_once_however_its_answer_is_lost(
    harbour: Harbour, lost: str
) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        panel = await harbour.open_panel(await harbour.linked())
        asked = await (await panel.press("Post address here")).wait_for_answer()
    # Another process, which has not read the server yet.
    async with harbour.bot():
        await harbour.discord.until_ready()
        if lost == "waiting sign":
            harbour.discord.faults.reset(apply=True, path=CALLBACK, times=2)
        elif lost == "line":
            harbour.discord.faults.reset(apply=True, path=WEBHOOK, times=3)
        else:
            harbour.discord.faults.server_error(502, apply=True, path=WEBHOOK)
        held = harbour.panel.faults.hold(method="GET")

        shared = await (await asked.press("Post")).wait_for_ack()
        held.release()
        await shared.wait_for_answer()
        await harbour.discord.until(lambda: harbour.statuses()[-1] == 200, what="Discord takes it")

    assert shared.deferred
    assert len(shared.public) == 1
    assert "25565" in shared.text
    assert shared.followups == []


async def test_an_address_that_cannot_be_read_leaves_nothing_for_others_to_see(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        panel = await harbour.open_panel(await harbour.linked())
        asked = await (await panel.press("Post address here")).wait_for_answer()
    async with harbour.bot():
        await harbour.discord.until_ready()
        held = harbour.panel.faults.hold(method="GET")
        shared = await (await asked.press("Post")).wait_for_ack()
        harbour.state.database_down = True
        held.release()
        await harbour.discord.until(lambda: shared.followups, what="the reason is told")

    assert shared.public == []
    assert shared.shown.ephemeral
    assert "❌" in shared.text


async def test_an_address_that_changed_on_a_slow_panel_is_asked_about_again_privately(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        panel = await harbour.open_panel(member)
        asked = await (await panel.press("Post address here")).wait_for_answer()
        member.server.name = "Renamed"
        held = harbour.panel.faults.hold(method="GET")
        shared = await (await asked.press("Post")).wait_for_ack()
        held.release()
        await harbour.discord.until(lambda: "has been changed since I asked" in asked.text, what="it asks again")

    # In place of what asked before: none of its buttons stays on an address that is no longer so.
    assert shared.public == []
    assert shared.followups == []
    assert asked.shown.ephemeral
    assert "has been changed since I asked" in asked.text
    assert "Renamed" in asked.text
