"""kill -9 at every step of adding several ports: nothing goes on unseen, and Go on adds what is missing, never more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from bot.demo.panel.faults import Hold
from tests.process.adding import COUNT, ROWS, begun
from tests.process.harbour import Harbour, Member
from tests.wire import BotProcess, Interaction

ONE = "*/network/allocations/*"


@dataclass(frozen=True)
class Step:
    """A moment of the second port at which the bot is killed: the request that it waits for, or none at all."""

    method: str = "POST"
    path: str = ROWS
    applied: bool = False
    """Whether the panel has done it."""
    comes: bool = True
    """Whether it does it in the end, where it has not yet."""

    def hold(self, harbour: Harbour) -> Hold:
        """Make the panel keep that request waiting."""
        return harbour.panel.faults.hold(method=self.method, path=self.path, before_apply=not self.applied)


STEPS = {
    "before the reading": Step("GET", "*/servers/*"),
    "before the panel has added it": Step(),
    "before a request that the panel never gets": Step(comes=False),
    "after the panel has added it": Step(applied=True),
    "before its notes are written": Step(path=ONE),
    "after its notes are written": Step(path=ONE, applied=True),
    "before it is read back": Step("GET", ROWS),
}


async def killed(harbour: Harbour, bot: BotProcess) -> None:
    """Kill the process and wait until it is gone."""
    await bot.kill()
    await harbour.discord.until(lambda: not harbour.discord.gateway.connections, what="the killed one is gone")


async def gone_on(harbour: Harbour, member: Member, seen: Interaction) -> tuple[str, Interaction]:
    """Press the message's button after a restart, then Go on; return what each showed, the latter at its end."""
    shown = await (await harbour.discord.press(member.id, seen.shown, "Stop")).wait_for_answer()
    words = shown.text
    end = await (await shown.press("Go on")).wait_for_answer()
    await harbour.discord.until(lambda: "Stop" not in end.shown.buttons, within=60, what="it is all added")
    return words, end


async def goes_on(harbour: Harbour, member: Member, seen: Interaction, *, asked: int, made: int) -> None:
    """Assert that after a kill nothing goes on unseen, and that the message leads on to what is missing, no more."""
    async with harbour.bot():
        await harbour.discord.until_ready()
        unseen = harbour.writes() - asked
        words, end = await gone_on(harbour, member, seen)

    assert "Nothing is under way" in words
    assert f"{made} of 3 ports added" in words
    assert unseen == 0
    assert "3 of 3 ports added" in end.text
    assert [row.notes for row in harbour.rows(member)][2:] == ["lobby"] * COUNT


@pytest.mark.timeout(180)
@pytest.mark.parametrize("step", STEPS)
async def test_a_kill_at_any_step_leaves_a_message_that_goes_on_after_the_restart_and_adds_none_too_many(
    harbour: Harbour, step: str
) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        first = harbour.panel.faults.hold(method="GET", path=ROWS)
        seen = await begun(harbour, member, first.arrived)
        held = STEPS[step].hold(harbour)
        first.release()
        await asyncio.wait_for(held.arrived.wait(), 20)
        await killed(harbour, bot)
    asked = harbour.writes()
    if STEPS[step].comes:
        held.release()

    await goes_on(harbour, member, seen, asked=asked, made=1)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("step", [step for step in STEPS if STEPS[step].method == "POST"])
async def test_a_kill_at_the_very_first_port_leaves_a_message_that_goes_on_and_adds_none_too_many(
    harbour: Harbour, step: str
) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = STEPS[step].hold(harbour)
        seen = await begun(harbour, member, held.arrived)
        await killed(harbour, bot)
    asked = harbour.writes()
    if STEPS[step].comes:
        held.release()

    await goes_on(harbour, member, seen, asked=asked, made=0)


async def test_a_kill_while_it_waits_for_the_panel_leaves_a_message_that_goes_on(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        harbour.panel.faults.rate_limited(300, method="POST", path=ROWS)
        seen = await begun(harbour, member)
        await harbour.discord.until(lambda: "next one" in seen.text, what="it says when the next is")
        await killed(harbour, bot)

    async with harbour.bot():
        await harbour.discord.until_ready()
        words, end = await gone_on(harbour, member, seen)

    assert "0 of 3 ports added" in words
    assert "3 of 3 ports added" in end.text
    assert [row.notes for row in harbour.rows(member)][2:] == ["lobby"] * COUNT


async def test_a_stop_of_the_process_ends_it_between_two_ports_and_the_message_says_so(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST", path=ROWS)
        seen = await begun(harbour, member, held.arrived)
        bot.terminate()
        await bot.until_line("Stopping")
        held.release()
        code = await bot.ended()
    words, buttons = seen.text, seen.shown.buttons
    there = len(harbour.rows(member))

    async with harbour.bot():
        await harbour.discord.until_ready()
        end = await (await harbour.discord.press(member.id, seen.shown, "Go on")).wait_for_answer()
        await harbour.discord.until(lambda: "3 of 3 ports added" in end.text, what="it is all added")

    assert code == 0
    assert "⏸️ I am restarting, so I stopped here." in words
    assert "1 of 3 ports added" in words
    assert buttons["Go on"]
    assert there == 3
    assert len(harbour.rows(member)) == 2 + COUNT


@pytest.mark.timeout(180)
async def test_a_stop_while_the_panel_does_not_answer_says_so_in_the_message_and_go_on_adds_none_too_many(
    harbour: Harbour,
) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST", path=ROWS, before_apply=False)
        seen = await begun(harbour, member, held.arrived)
        bot.terminate()
        code = await bot.ended()
    words = seen.text
    held.release()

    async with harbour.bot():
        await harbour.discord.until_ready()
        end = await (await harbour.discord.press(member.id, seen.shown, "Go on")).wait_for_answer()
        await harbour.discord.until(lambda: "3 of 3 ports added" in end.text, within=60, what="it is all added")

    assert code == 0
    assert "⏸️ I am restarting, so I stopped here." in words
    assert "asked for, and I do not know whether it was added" in words
    assert len(harbour.rows(member)) == 2 + COUNT


@pytest.mark.timeout(180)
async def test_a_port_added_by_hand_between_a_kill_and_go_on_is_not_taken_for_the_one_asked_for(
    harbour: Harbour,
) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        member.server.limit = 2 + COUNT + 1
        held = harbour.panel.faults.hold(method="POST", path=ROWS)
        seen = await begun(harbour, member, held.arrived)
        await killed(harbour, bot)

    async with harbour.bot():
        await harbour.discord.until_ready()
        by_hand = await harbour.discord.slash(
            member.id, "allocations create", {"server": member.server.identifier, "notes": "by hand"}
        )
        await by_hand.wait_for_answer()
        _, end = await gone_on(harbour, member, seen)

    assert "✅ Added" in by_hand.text
    assert "3 of 3 ports added" in end.text
    assert sorted(str(row.notes) for row in harbour.rows(member)[2:]) == ["by hand", "lobby", "lobby", "lobby"]
