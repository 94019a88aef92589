"""What reaches the bot more than three seconds late is not done; how wrong the machine's clock is does not matter.

Discord's own clocks hold here where a test is about what the person sees; else they are patient, as everywhere.
"""

from __future__ import annotations

import pytest

from tests.process.harbour import Harbour, Member
from tests.wire import Interaction
from tests.wire.interaction import Clocks
from tests.wire.process import BotProcess

LATE = 3.4
WRONG_CLOCKS = [-3600.0, -5.0, 0.0, 5.0, 3600.0]


async def act(harbour: Harbour, member: Member, panel: Interaction, what: str) -> Interaction:
    """Do one of the things that change something."""
    server = {"server": member.server.identifier}
    row = {**server, "allocation": f"#{member.spare}"}
    match what:
        case "create":
            return await harbour.discord.slash(member.id, "allocations create", server)
        case "notes":
            return await harbour.annotate(member, "late")
        case "primary":
            return await harbour.discord.slash(member.id, "allocations primary", row)
        case "add":
            return await panel.press("Add port")
        case "delete":
            return await panel.press(next(name for name in panel.shown.buttons if name.startswith("Remove ")))
    return await panel.submit(notes="late")


async def stage_for(harbour: Harbour, member: Member, what: str) -> Interaction:
    """Return what is acted on: a panel, a question or a form."""
    row = {"server": member.server.identifier, "allocation": f"#{member.spare}"}
    match what:
        case "delete":
            return await (await harbour.discord.slash(member.id, "allocations delete", row)).wait_for_answer()
        case "form":
            return await (await harbour.discord.slash(member.id, "allocations notes", row)).wait_for_answer()
    return await harbour.open_panel(member)


@pytest.mark.parametrize("what", ["create", "notes", "primary", "add", "delete", "form"])
async def test_a_change_that_comes_late_is_not_made_and_whom_it_reaches_is_told(harbour: Harbour, what: str) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        panel = await stage_for(harbour, member, what)
        before = len(harbour.rows(member)), member.server.primary_id
        harbour.panel.requests.clear()

        harbour.discord.late = LATE
        answer = await (await act(harbour, member, panel, what)).wait_for_answer()

    assert "This reached me too late" in answer.text
    assert "It took 3 seconds to reach me" in answer.text
    assert "Nothing was changed" in answer.text
    assert answer.shown.ephemeral
    assert list(harbour.panel.requests) == []
    assert (len(harbour.rows(member)), member.server.primary_id) == before
    assert harbour.notes(member) == "before"


async def test_what_only_reads_and_comes_late_is_done_by_the_button_of_its_answer(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        panel = await harbour.open_panel(member)
        shown, offered = panel.text, list(panel.shown.buttons)
        harbour.discord.late = LATE
        late = await (await panel.press("Refresh")).wait_for_answer()
        harbour.discord.late = 0
        words, left = late.text, (panel.text, list(panel.shown.buttons))
        done = await (await late.press("Try again")).wait_for_answer()
        live = await (await panel.press("Refresh")).wait_for_answer()

    assert "Do it again if you have not yet." in words
    assert late.message is not panel.message
    assert left == (shown, offered)
    assert "of 5 ports used" in done.text
    assert live.message is panel.message
    assert "of 5 ports used" in live.text


@pytest.mark.parametrize("harbour", [{"clocks": Clocks()}], indirect=True)
async def test_somebody_whom_discord_told_that_the_bot_did_not_respond_is_logged_as_such(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()

        harbour.discord.late = LATE
        change = await harbour.annotate(member, "late")
        await bot.until_line(f"Interaction {change.id} can no longer be answered: 10062")
        harbour.discord.late = 0
        again = await (await harbour.annotate(member, "again")).wait_for_answer()

    assert f"Interaction {change.id}: ReachedLate" in bot.stderr
    assert change.refusals == [10062]
    assert "✅ Noted `" in again.text
    assert harbour.writes() == 1


@pytest.mark.parametrize("ahead", WRONG_CLOCKS)
async def test_a_wrong_clock_makes_nothing_late_and_hides_nothing_that_is(harbour: Harbour, ahead: float) -> None:
    harbour.discord.clock_ahead = ahead
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        punctual = await (await harbour.annotate(member, "punctual")).wait_for_answer()

        harbour.discord.late = LATE
        late = await (await harbour.annotate(member, "late")).wait_for_answer()

    assert "✅ Noted `" in punctual.text
    assert "This reached me too late" in late.text
    assert harbour.notes(member) == "punctual"


@pytest.mark.parametrize("ahead", WRONG_CLOCKS)
async def test_the_very_first_action_after_a_start_is_compared_with_discords_own_clock(
    harbour: Harbour, ahead: float
) -> None:
    harbour.discord.clock_ahead = ahead
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
    async with harbour.bot():
        await harbour.discord.until_ready()
        harbour.discord.late = LATE + 1  # the clock in an HTTP answer tells whole seconds only
        late = await (await harbour.annotate(member, "late")).wait_for_answer()

    assert "This reached me too late" in late.text
    assert harbour.notes(member) == "before"


async def test_answers_without_a_readable_date_are_answers_all_the_same(harbour: Harbour) -> None:
    harbour.discord.rest.tells_time = False
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        harbour.discord.late = LATE
        late = await (await harbour.annotate(member, "late")).wait_for_answer()

    assert "This reached me too late" in late.text


async def test_what_was_done_while_the_gateway_was_away_comes_late_and_is_not_done(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        await replayed(harbour, bot)

        harbour.discord.late = 10
        missed = [await harbour.annotate(member, f"missed {number}") for number in range(4)]
        answers = [await change.wait_for_answer() for change in missed]
        harbour.discord.late = 0
        after = await (await harbour.annotate(member, "after")).wait_for_answer()

    assert all("This reached me too late" in answer.text for answer in answers)
    assert "✅ Noted `" in after.text
    assert harbour.writes() == 1


async def test_what_was_done_while_the_machine_slept_comes_late_and_is_not_done(harbour: Harbour) -> None:
    slept = 1_800.0
    async with harbour.bot(sleeps=slept) as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        bot.sleep()
        harbour.discord.clock_ahead = slept

        harbour.discord.late = 5  # and whoever waits longer cannot be told any more
        missed = await (await harbour.annotate(member, "missed")).wait_for_answer()
        harbour.discord.late = 0
        after = await (await harbour.annotate(member, "after")).wait_for_answer()

    assert "This reached me too late" in missed.text
    assert "✅ Noted `" in after.text
    assert harbour.writes() == 1


async def replayed(harbour: Harbour, bot: BotProcess) -> None:
    """Let the gateway lose the bot and take it back, with its session."""
    harbour.discord.gateway.drop()
    await harbour.discord.until(lambda: harbour.discord.gateway.resumes, what="the bot resumes")


async def test_what_comes_two_seconds_late_is_acknowledged_in_what_is_left_of_the_three(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST")

        harbour.discord.late = 2
        change = await (await harbour.annotate(member, "slow")).wait_for_ack()
        assert change.acked_at is not None
        took = change.acked_at - change.sent_at
        held.release()
        await harbour.discord.until(lambda: change.answered_at, what="it is told")

    assert change.deferred
    assert took < 3
    assert "✅ Noted `" in change.text


async def test_reading_and_suggestions_that_come_a_little_late_are_answered(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()

        harbour.discord.late = 2.5
        listed = await harbour.open_panel(member)
        typed = await harbour.discord.autocomplete(member.id, "allocations list", "server", "")
        await typed.wait_for_answer()

    assert "of 5 ports used" in listed.text
    assert typed.choices
