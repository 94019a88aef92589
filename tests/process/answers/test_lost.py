"""The connection to Discord breaks around an answer, or the person dismissed what it belongs to: given once."""

from __future__ import annotations

import pytest

from bot.demo.panel.faults import Hold
from tests.process.harbour import Harbour
from tests.wire import Interaction
from tests.wire.faults import CALLBACK, WEBHOOK

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
