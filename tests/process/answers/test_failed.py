"""Discord limits an answer, fails on it, or sends what was asked twice: told, and made once."""

from __future__ import annotations

import asyncio

import pytest

from tests.process.harbour import Harbour
from tests.wire.faults import CALLBACK, WEBHOOK

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
