"""Discord does not take an answer: no crash, no change lost, none made twice.

All tests act on one running process, each with a member of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.demo.panel.faults import Hold
from tests.process.harbour import Harbour, open_harbour
from tests.wire import BotProcess, Interaction
from tests.wire.faults import CALLBACK, WEBHOOK

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Running:
    """The process all tests of this module share, and its surroundings."""

    harbour: Harbour
    bot: BotProcess


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="shared")
async def shared_fixture(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Yield a harbour with a running bot."""
    async with open_harbour(tmp_path_factory.mktemp("answers")) as harbour, harbour.bot() as bot:
        await harbour.discord.until_ready()
        yield Running(harbour, bot)
        bot.terminate()
        assert await bot.ended() == 0


@pytest_asyncio.fixture(loop_scope="module", name="harbour")
async def harbour_fixture(shared: Running) -> AsyncIterator[Harbour]:
    """Yield the harbour; the process must survive the test without a complaint."""
    harbour, bot = shared.harbour, shared.bot
    harbour.panel.requests.clear()
    harbour.discord.calls.clear()
    before = len(bot.lines)
    yield harbour
    harbour.discord.faults.clear()
    harbour.panel.faults.clear()
    assert bot.running
    bot.assert_content(since=before)


async def test_a_rate_limited_answer_is_given_when_discord_allows(harbour: Harbour) -> None:
    member = await harbour.linked()
    harbour.discord.faults.rate_limited(0.2, path=CALLBACK)

    change = await (await harbour.annotate(member, "limited")).wait_for_answer()

    assert "✅ Noted `" in change.text
    assert harbour.writes() == 1


async def test_a_ban_of_the_address_is_not_made_worse_by_trying_again(harbour: Harbour) -> None:
    member = await harbour.linked()
    harbour.discord.calls.clear()
    harbour.discord.faults.rate_limited(60, via=False, path=CALLBACK)

    await harbour.annotate(member, "banned")
    await harbour.discord.until(lambda: harbour.statuses() == [429], what="Discord refuses")
    later = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()

    assert "25566" in later.text
    assert harbour.statuses() == [429, 200]
    assert harbour.notes(member) == "banned"
    assert harbour.writes() == 1


async def test_an_answer_that_discord_fails_on_is_given_again(harbour: Harbour) -> None:
    member = await harbour.linked()
    harbour.discord.faults.server_error(502, path=CALLBACK)

    change = await (await harbour.annotate(member, "failed")).wait_for_answer()

    assert "✅ Noted `" in change.text
    assert harbour.writes() == 1


@pytest.mark.parametrize("press", [False, True], ids=["command", "button"])
async def test_an_answer_that_was_taken_although_discord_says_it_failed_is_still_seen(
    harbour: Harbour, press: bool
) -> None:
    member = await harbour.linked()
    panel = await harbour.open_panel(member)
    harbour.discord.faults.server_error(502, apply=True, path=CALLBACK)

    if press:
        change = await (await panel.press("Add port")).wait_for_answer()
    else:
        change = await (await harbour.annotate(member, "taken")).wait_for_answer()
    await harbour.discord.until(lambda: change.refusals == [40060] and change.shown.edits, what="it looks again")

    assert "✅" in change.text
    assert harbour.writes() == 1
    assert len(harbour.rows(member)) == (3 if press else 2)


@pytest.mark.parametrize("apply", [False, True], ids=["before", "after"])
async def test_an_answer_whose_connection_breaks_is_given_again(harbour: Harbour, apply: bool) -> None:
    member = await harbour.linked()
    harbour.discord.faults.reset(apply=apply, path=CALLBACK)

    change = await (await harbour.annotate(member, "broken")).wait_for_answer()
    await harbour.discord.until(lambda: harbour.statuses()[-1] == 200, what="Discord takes it")

    assert "✅ Noted `" in change.text
    assert harbour.writes() == 1


@pytest.mark.parametrize("command", ["notes", "create", "primary"])
async def test_a_change_whose_interaction_is_too_late_to_be_answered_is_made_once(
    harbour: Harbour, command: str
) -> None:
    member = await harbour.linked()
    options = {"server": member.server.identifier}
    if command != "create":
        options["allocation"] = f"#{member.spare}"
    if command == "notes":
        options["text"] = "late"
    harbour.discord.calls.clear()
    harbour.discord.faults.unknown_interaction(path=CALLBACK)

    await harbour.discord.slash(member.id, f"allocations {command}", options)
    await harbour.discord.until(lambda: harbour.statuses() == [404], what="Discord refuses the answer")

    assert harbour.writes() == 1
    assert {
        "notes": harbour.notes(member) == "late",
        "create": len(harbour.rows(member)) == 3,
        "primary": member.server.primary_id == member.spare,
    }[command]


async def test_the_same_interaction_twice_at_once_makes_one_change(harbour: Harbour) -> None:
    member = await harbour.linked()
    held = harbour.panel.faults.hold(method="POST")
    change = await harbour.discord.slash(member.id, "allocations create", {"server": member.server.identifier})
    await held.arrived.wait()

    await harbour.discord.dispatch_again(change)
    other = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
    held.release()
    await change.wait_for_answer()

    assert "25566" in other.text
    assert "✅ Added" in change.text
    assert len(harbour.rows(member)) == 3
    assert change.refusals == []


@pytest.mark.parametrize("what", ["command", "button", "form"])
async def test_the_same_interaction_again_after_its_answer_changes_nothing(harbour: Harbour, what: str) -> None:
    member = await harbour.linked()
    panel = await harbour.open_panel(member)
    if what == "command":
        change = await harbour.discord.slash(member.id, "allocations create", {"server": member.server.identifier})
    elif what == "button":
        change = await panel.press("Add port")
    else:
        options = {"server": member.server.identifier, "allocation": f"#{member.spare}"}
        opened = await (await harbour.discord.slash(member.id, "allocations notes", options)).wait_for_answer()
        change = await opened.submit(notes="once")
    await change.wait_for_answer()

    await harbour.discord.dispatch_again(change)
    await (await harbour.discord.slash(member.id, "help")).wait_for_answer()

    assert harbour.writes() == 1
    assert change.refusals == []


async def test_a_slow_change_is_told_although_discord_fails_on_the_waiting_sign(harbour: Harbour) -> None:
    member = await harbour.linked()
    harbour.discord.faults.server_error(502, apply=True, path=CALLBACK)
    held = harbour.panel.faults.hold(method="POST")
    change = await harbour.annotate(member, "slow")

    await change.wait_for_ack()
    held.release()
    await change.wait_for_answer()

    assert change.deferred
    assert "✅ Noted `" in change.text
    assert harbour.writes() == 1


async def test_a_slow_change_is_told_although_discord_limits_and_fails_on_the_edit(harbour: Harbour) -> None:
    member = await harbour.linked()
    held = harbour.panel.faults.hold(method="POST")
    change = await harbour.annotate(member, "slow edit")
    await change.wait_for_ack()
    harbour.discord.faults.rate_limited(0.1, path=WEBHOOK)
    harbour.discord.faults.reset(path=WEBHOOK)

    held.release()
    await change.wait_for_answer()

    assert "✅ Noted `" in change.text
    assert harbour.writes() == 1


async def test_many_people_at_once_are_all_answered_and_each_changes_their_own(harbour: Harbour) -> None:
    members = [await harbour.linked() for _ in range(20)]

    changes = await asyncio.gather(*(harbour.annotate(member, f"of {member.name}") for member in members))
    await asyncio.gather(*(change.wait_for_answer() for change in changes))

    assert [harbour.notes(member) for member in members] == [f"of {member.name}" for member in members]
    assert set(harbour.statuses()) == {200}


# ---------------------------------------------------------------------------------------- the connection breaks


async def deferred_change(harbour: Harbour, *, press: bool = False) -> tuple[Interaction, Hold]:
    """Return a change that Discord shows as under way, with what holds it at the panel."""
    member = await harbour.linked()
    panel = await harbour.open_panel(member)
    held = harbour.panel.faults.hold(method="POST")
    change = await (panel.press("Add port") if press else harbour.annotate(member, "told"))
    await change.wait_for_ack()
    assert change.deferred
    harbour.discord.calls.clear()
    return change, held


@pytest.mark.parametrize("apply", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("press", [False, True], ids=["command", "button"])
async def test_a_deferred_answer_reset_three_times_within_milliseconds_is_still_given(
    harbour: Harbour, press: bool, apply: bool
) -> None:
    change, held = await deferred_change(harbour, press=press)
    harbour.discord.faults.reset(apply=apply, path=WEBHOOK, times=3)

    held.release()
    await harbour.discord.until(lambda: harbour.statuses() == [None, None, None, 200], what="the fourth try")

    assert "✅" in change.text
    assert change.followups == []
    assert harbour.writes() == 1


@pytest.mark.parametrize("apply", [False, True], ids=["before", "after"])
async def test_a_first_answer_reset_three_times_within_milliseconds_is_still_given(
    harbour: Harbour, apply: bool
) -> None:
    member = await harbour.linked()
    harbour.discord.faults.reset(apply=apply, path=CALLBACK, times=3)

    change = await (await harbour.annotate(member, "told")).wait_for_answer()
    await harbour.discord.until(lambda: harbour.statuses()[-1] == 200, what="Discord takes it")

    assert "✅ Noted `" in change.text
    assert harbour.writes() == 1


async def test_a_waiting_sign_whose_answer_is_lost_is_followed_by_the_answer(harbour: Harbour) -> None:
    member = await harbour.linked()
    harbour.discord.faults.reset(apply=True, path=CALLBACK, times=2)
    held = harbour.panel.faults.hold(method="POST")
    change = await (await harbour.annotate(member, "told")).wait_for_ack()

    held.release()
    await change.wait_for_answer()

    assert change.deferred
    assert "✅ Noted `" in change.text
    assert change.followups == []


async def test_an_error_on_a_message_whose_answer_is_lost_is_told_once(harbour: Harbour) -> None:
    member = await harbour.linked()
    panel = await harbour.open_panel(member)
    member.server.limit = 2
    harbour.discord.faults.reset(apply=True, path=CALLBACK)

    refused = await (await panel.press("Add port")).wait_for_answer()
    await harbour.discord.until(lambda: harbour.statuses()[-1] == 200, what="it looks whether it was told")

    assert "The allocation limit is reached" in panel.text
    assert refused.followups == []
    assert "2 of 2 ports used" in panel.text


async def test_an_error_on_a_message_after_a_lost_waiting_sign_is_told(harbour: Harbour) -> None:
    member = await harbour.linked()
    panel = await harbour.open_panel(member)
    harbour.discord.faults.reset(apply=True, path=CALLBACK, times=1000)
    held = harbour.panel.faults.hold(method="POST")
    press = await (await panel.press("Add port")).wait_for_ack()

    member.server.limit = 2  # lowered after the bot has read it, so that the panel refuses
    held.release()
    harbour.discord.faults.clear()
    await harbour.discord.until(lambda: "The allocation limit is reached" in panel.text, what="it is told")

    assert press.followups == []
    assert "2 of 2 ports used" in panel.text
    assert not panel.shown.asking


async def test_a_form_whose_opening_is_reset_opens_once(harbour: Harbour) -> None:
    member = await harbour.linked()
    harbour.discord.calls.clear()
    harbour.discord.faults.reset(apply=True, path=CALLBACK)

    opened = await (await harbour.discord.slash(member.id, "link")).wait_for_answer()
    await harbour.discord.until(lambda: len(harbour.statuses()) == 2, what="it tries again")

    assert opened.form is not None
    assert opened.refusals == [40060]
    assert harbour.statuses() == [None, 400]


@pytest.mark.parametrize("fault", ["reset before", "reset after", "reset after, twice", "502 after"])
async def test_a_shared_address_is_posted_once_however_its_answer_is_lost(harbour: Harbour, fault: str) -> None:
    panel = await harbour.open_panel(await harbour.linked())
    asked = await (await panel.press("Post address here")).wait_for_answer()
    if fault == "502 after":
        harbour.discord.faults.server_error(502, apply=True, path=CALLBACK)
    else:
        times = 2 if fault.endswith("twice") else 1
        harbour.discord.faults.reset(apply="after" in fault, path=CALLBACK, times=times)

    shared = await (await asked.press("Post")).wait_for_answer()
    await harbour.discord.until(lambda: harbour.statuses()[-1] == 200, what="Discord takes it")

    assert len(shared.public) == 1
    assert "25565" in shared.text
    assert shared.followups == []


# ------------------------------------------------------------------------------------------------ dismissed


async def test_the_answer_to_a_command_whose_waiting_sign_was_dismissed_comes_in_a_message_of_its_own(
    harbour: Harbour,
) -> None:
    change, held = await deferred_change(harbour)
    change.dismiss()

    held.release()
    await harbour.discord.until(lambda: change.followups, what="it is told")

    assert "✅ Noted `" in change.text
    assert change.shown.ephemeral
    assert len(change.followups) == 1
    assert harbour.statuses() == [404, 200]


async def test_an_answer_to_somebody_who_wants_none_is_no_bug(harbour: Harbour) -> None:
    change, held = await deferred_change(harbour)
    change.dismiss()
    harbour.discord.faults.unknown_message(method="POST", path=WEBHOOK)

    held.release()
    await harbour.discord.until(lambda: harbour.statuses() == [404, 404], what="it gives up")

    assert harbour.writes() == 1
