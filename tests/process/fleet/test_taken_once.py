"""What several processes are sent is taken by one, and what somebody may do at once is counted over all of them."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.front.work import AT_ONCE
from tests.process.fleet.processes import FOUR, both, here, process, took
from tests.process.harbour import Harbour
from tests.wire import Interaction
from tests.wire.discord_gateway import Two

pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True)]


async def test_an_interaction_that_two_processes_are_sent_is_taken_by_one(harbour: Harbour, url: str) -> None:
    harbour.discord.gateway.two_sessions = Two.BOTH
    async with process(harbour, url, "1/1") as one, process(harbour, url, "1/1") as two:
        await asyncio.gather(one.until_line("Ready as", within=60), two.until_line("Ready as", within=60))
        member = await harbour.linked()
        changes = [await (await harbour.annotate(member, f"note {n}")).wait_for_answer() for n in range(10)]
        lists = await asyncio.gather(*(here(harbour, member) for _ in range(4)))
        for bot in (one, two):
            bot.terminate()
            await bot.ended()

    assert harbour.writes() == 10
    for interaction in (*changes, *lists):
        assert took(one, interaction) != took(two, interaction)
        assert interaction.refusals == []


async def test_a_suggestion_that_two_processes_are_asked_for_is_given_once_and_no_bug_of_either(
    harbour: Harbour, url: str
) -> None:
    harbour.discord.gateway.two_sessions = Two.BOTH
    async with process(harbour, url, "1/1") as one, process(harbour, url, "1/1") as two:
        await asyncio.gather(one.until_line("Ready as", within=60), two.until_line("Ready as", within=60))
        member = await harbour.linked()
        typed = [await harbour.discord.autocomplete(member.id, "allocations list", "server", "S") for _ in range(5)]
        for asked in typed:
            await asked.wait_for_answer()
        await harbour.discord.until(lambda: all(asked.refusals for asked in typed), what="the other is refused")
        for bot in (one, two):
            bot.terminate()
            await bot.ended()

    assert all(member.server.identifier in str(asked.choices) for asked in typed)
    assert [asked.refusals for asked in typed] == [[40060]] * 5
    for bot in (one, two):
        bot.assert_content()


async def test_five_actions_at_once_are_counted_over_the_processes(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        held = [harbour.panel.faults.hold(method="GET") for _ in range(AT_ONCE)]
        options = {"server": member.server.identifier}
        under_way = [
            await harbour.discord.slash(member.id, "allocations list", options, direct=True) for _ in range(AT_ONCE)
        ]
        await asyncio.gather(*(action.wait_for_ack() for action in under_way))

        one_more = await harbour.discord.slash(member.id, "allocations list", options)
        await one_more.wait_for_answer()
        for hold in held:
            hold.release()
        answered = [await action.wait_for_answer() for action in under_way]

    assert "5 of your actions are still under way" in one_more.text
    assert all("ports used" in action.text for action in answered)


async def test_changes_on_one_server_take_turns_over_the_processes(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST")
        options = {"server": member.server.identifier, "allocation": f"#{member.spare}"}
        first = await harbour.annotate(member, "first")
        await held.arrived.wait()

        second = await harbour.discord.slash(member.id, "allocations notes", {**options, "text": "second"}, direct=True)
        await second.wait_for_ack()
        sent_meanwhile = harbour.writes()
        held.release()
        await asyncio.gather(first.wait_for_answer(), second.wait_for_answer())

    assert sent_meanwhile == 1
    assert harbour.writes() == 2
    assert harbour.notes(member) == "second"


async def test_a_person_is_held_to_sixty_actions_in_ten_seconds_over_all_processes(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()

        began = time.monotonic()
        answers: list[Interaction] = []
        while not any("more at once than I answer" in answer.text for answer in answers):
            asked = [await harbour.discord.slash(member.id, "help", direct=bool(number % 2)) for number in range(4)]
            answers += [await answer.wait_for_answer() for answer in asked]
            assert len(answers) < 120
        took_seconds = time.monotonic() - began

    # Either process alone has seen half of them.
    assert len(answers) <= 62 + 60 * (took_seconds // 10)


async def test_one_press_that_two_processes_get_as_two_has_one_effect(harbour: Harbour, url: str) -> None:
    harbour.discord.gateway.two_sessions = Two.OLDEST
    one, two = process(harbour, url, "1/1"), process(harbour, url, "1/1")
    async with one:
        await one.until_line("Ready as", within=60)
        member = await harbour.linked()
        opened = await harbour.open_panel(member)
        (add,) = [part for part in opened.shown.components if "alloc.add" in part.get("custom_id", "")]
        pressed = {"custom_id": add["custom_id"], "component_type": add["type"]}
        await (await harbour.discord.forge(member.id, opened.shown, pressed)).wait_for_answer()
        async with two:
            await two.until_line("Ready as", within=60)
            one.terminate()
            await one.ended()

            again = await (await harbour.discord.forge(member.id, opened.shown, pressed)).wait_for_answer()

    assert harbour.writes() == 1
    assert "already taken" in again.text


async def test_what_is_over_in_one_process_keeps_nobody_from_acting_in_the_other(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        for _ in range(AT_ONCE):
            await here(harbour, member, direct=True)

        at_once_after = await here(harbour, member)

    assert "ports used" in at_once_after.text
