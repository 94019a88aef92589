"""What is begun in one process and gone on with in another: the same as if there were one, and told where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.ui.forms import NOTES_FIELD
from bot.ui.servers import which_server
from tests.postgres.server import Server
from tests.process.adding import COUNT, ROWS, begun
from tests.process.fleet.processes import FOUR, both, here, process
from tests.process.harbour import Harbour, Member
from tests.process.own_keys import DELETE, SWAP, own
from tests.wire import BotProcess, Interaction

pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True), pytest.mark.timeout(120)]


def told(bot: BotProcess, what: str) -> int:
    """Return how many times a process has heard this of another, by its log."""
    return sum(f"Another process tells: {what}" in line for line in bot.lines)


def more(harbour: Harbour, member: Member) -> Member:
    """Return the same person with another server."""
    owner = harbour.state.users[member.server.owner_id]
    server = harbour.state.add_server(owner, "Another", limit=5, ip="203.0.113.99", ports=(25565,))
    return replace(member, server=server)


async def in_first(harbour: Harbour, member: Member, arrived: asyncio.Event) -> Interaction:
    """Begin to add three ports in the process that carries direct messages."""
    harbour.discord.direct = True
    seen = await begun(harbour, member, arrived)
    harbour.discord.direct = False
    return seen


async def test_a_person_has_three_plans_under_way_over_all_processes_and_no_fourth(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        servers = [member, *(more(harbour, member) for _ in range(3))]
        held = harbour.panel.faults.hold(method="POST", path=ROWS, times=None)
        for one in servers[:2]:
            await in_first(harbour, one, held.arrived)
        third = await begun(harbour, servers[2])
        fourth = await begun(harbour, servers[3])
        held.release()
        await harbour.discord.until(lambda: "3 of 3 ports added" in third.text, what="the third is done")
        again = await begun(harbour, servers[3])
        await harbour.discord.until(lambda: "3 of 3 ports added" in again.text, what="the fourth is done, later")

    assert "I am adding ports to 3 of your servers already." in fourth.text
    assert harbour.writes() >= 4 * COUNT


async def test_a_second_plan_on_one_server_is_refused_by_the_other_process_too(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST", path=ROWS)
        first = await in_first(harbour, member, held.arrived)
        second = await begun(harbour, member)
        held.release()
        await harbour.discord.until(lambda: "3 of 3 ports added" in first.text, what="the first is done")

    assert "I am adding ports to this server for you already." in second.text
    assert len(harbour.rows(member)) == 2 + COUNT


async def test_stop_that_another_process_gets_ends_the_plan_after_the_port_under_way(
    harbour: Harbour, url: str
) -> None:
    async with both(harbour, url) as (one, _):
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST", path=ROWS)
        seen = await in_first(harbour, member, held.arrived)

        stop = await (await harbour.discord.press(member.id, seen.shown, "Stop")).wait_for_answer()
        await harbour.discord.until(lambda: "Stopping" in seen.text, what="it says that it stops")
        await one.until_line("told to stop a plan")
        held.release()
        await harbour.discord.until(lambda: "Go on" in stop.shown.buttons, what="it has stopped")
        words, there = stop.text, len(harbour.rows(member))

        end = await (await stop.press("Go on")).wait_for_answer()
        await harbour.discord.until(lambda: "3 of 3 ports added" in end.text, what="the rest is added")

    assert "1 of 3 ports added" in words
    assert "You stopped" in words
    assert there == 3
    assert len(harbour.rows(member)) == 2 + COUNT


async def test_stop_that_another_process_gets_ends_a_plan_at_once_that_waits_for_the_panel(
    harbour: Harbour, url: str
) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        harbour.panel.faults.rate_limited(300, method="POST", path=ROWS)
        harbour.discord.direct = True
        seen = await begun(harbour, member)
        await harbour.discord.until(lambda: "next one" in seen.text, what="it says when the next is")
        harbour.discord.direct = False

        stop = await (await harbour.discord.press(member.id, seen.shown, "Stop")).wait_for_answer()
        await harbour.discord.until(lambda: "Go on" in stop.shown.buttons, what="it has stopped")

    assert "0 of 3 ports added" in stop.text
    assert "You stopped" in stop.text


async def test_stop_of_a_plan_that_no_process_carries_out_says_so(harbour: Harbour, url: str) -> None:
    async with both(harbour, url) as (one, _):
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST", path=ROWS)
        seen = await in_first(harbour, member, held.arrived)
        await one.kill()
        held.release()

        stop = await (await harbour.discord.press(member.id, seen.shown, "Stop")).wait_for_answer()

    assert "Nothing is under way" in stop.text
    assert stop.shown.buttons["Go on"]


async def test_go_on_is_refused_while_another_process_is_at_it_and_done_when_that_has_left(
    harbour: Harbour, url: str
) -> None:
    async with both(harbour, url) as (one, _):
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST", path=ROWS)
        seen = await in_first(harbour, member, held.arrived)
        stop = next(part["custom_id"] for part in seen.shown.components if "several.stop" in part.get("custom_id", ""))
        go_on = {"custom_id": stop.replace("several.stop", "several.go"), "component_type": 2}

        refused = await (await harbour.discord.forge(member.id, seen.shown, go_on)).wait_for_answer()
        one.terminate()
        await one.until_line("Stopping")
        held.release()
        await one.ended()
        words = seen.text
        end = await (await harbour.discord.press(member.id, seen.shown, "Go on")).wait_for_answer()
        await harbour.discord.until(lambda: "3 of 3 ports added" in end.text, what="the rest is added")

    assert "Already on it" in refused.text
    assert "I am restarting, so I stopped here." in words
    assert len(harbour.rows(member)) == 2 + COUNT


async def chosen_in(harbour: Harbour, asked: Interaction) -> Interaction:
    """Press that the only server that is like what was typed is the one, in the guild."""
    (guess,) = [part for part in asked.shown.components if which_server.NOTES in part.get("custom_id", "")]
    return await (await harbour.discord.press(asked.user_id, asked.shown, guess["custom_id"])).wait_for_answer()


async def test_what_was_typed_in_one_process_is_known_where_the_choice_arrives(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        typed = {"server": "Sever 1", "allocation": "25566", "text": "typed elsewhere"}
        asked = await harbour.discord.slash(member.id, "allocations notes", typed, direct=True)

        chosen = await chosen_in(harbour, await asked.wait_for_answer())

    assert "✅ Noted `" in chosen.text, chosen.text
    assert harbour.notes(member) == "typed elsewhere"


@asynccontextmanager
async def in_dispute(harbour: Harbour, url: str) -> AsyncIterator[tuple[Member, Interaction, BotProcess]]:
    """Yield a question whose notes stay, which a process asked that another has taken the place of, and that other."""
    async with process(harbour, url, "1/1") as old:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        there = {"server": member.server.identifier, "allocation": f"#{member.spare}"}
        form = await (await harbour.discord.slash(member.id, "allocations notes", there)).wait_for_answer()
        harbour.state.allocations[member.spare].notes = "of somebody else"
        asked = await (await form.submit(**{NOTES_FIELD: "my own\nof two lines"})).wait_for_answer()
        assert "Yours, as you typed it" in asked.text
        async with process(harbour, url, "1/1") as new:
            await new.until_line("Ready as", within=60)
            old.terminate()
            assert await old.ended() == 0
            yield member, asked, new


async def test_a_text_that_could_not_be_saved_at_once_outlives_the_process_that_asked(
    harbour: Harbour, url: str
) -> None:
    async with in_dispute(harbour, url) as (member, asked, _):
        form = await (await asked.press("Edit again")).wait_for_answer()
        saved = await (await asked.press("Save mine")).wait_for_answer()

    assert form.form is not None
    assert "my own" in str(form.form)
    assert "✅ Noted `" in saved.text, saved.text
    assert (harbour.notes(member) or "").startswith("my own")


async def test_a_text_that_is_gone_is_said_to_be_and_stays_in_the_message_without_the_buttons_for_it(
    harbour: Harbour, url: str, postgres: Server
) -> None:
    async with in_dispute(harbour, url) as (member, asked, _):
        postgres.execute("UPDATE texts SET until = 0", database=url.rpartition("/")[2])
        pressed = await (await asked.press("Save mine")).wait_for_answer()

    assert "I no longer have the text you typed" in pressed.text
    assert "Copy your text from here" in pressed.text
    assert pressed.message is asked.message
    assert "> my own\n> of two lines" in pressed.text
    assert "Save mine" not in pressed.shown.buttons
    assert harbour.notes(member) == "of somebody else"


async def test_notes_that_are_gone_are_not_written_as_something_else(
    harbour: Harbour, url: str, postgres: Server
) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        typed = {"server": "Sever 1", "allocation": "25566", "text": "typed elsewhere"}
        asked = await harbour.discord.slash(member.id, "allocations notes", typed, direct=True)
        await asked.wait_for_answer()
        postgres.execute("DELETE FROM texts", database=url.rpartition("/")[2])

        chosen = await chosen_in(harbour, asked)

    assert "I no longer know" in chosen.text
    assert "Nothing was changed" in chosen.text
    assert harbour.notes(member) == "before"


async def test_a_key_linked_by_way_of_one_process_is_the_one_that_the_other_uses(harbour: Harbour, url: str) -> None:
    async with both(harbour, url) as (one, _):
        member = await harbour.linked()
        await here(harbour, member, direct=True)
        another = harbour.member()

        await harbour.link(member, another.key)
        await harbour.discord.until(lambda: told(one, "linked") == 2, what="the other has heard of it")
        shown = await (await harbour.discord.slash(member.id, "servers", direct=True)).wait_for_answer()

    assert "Server 2" in shown.text
    assert "Server 1" not in shown.text


async def test_a_key_swapped_by_way_of_one_process_is_the_one_that_the_other_uses(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = harbour.member()
        linked = await harbour.link(member)
        await here(harbour, member, direct=True)

        swapped = await (await linked.press(SWAP)).wait_for_answer()
        await (await swapped.press(DELETE)).wait_for_answer()
        shown = await here(harbour, member, direct=True)

    assert "25566" in shown.text
    (key,) = harbour.state.client_keys_of(harbour.state.users[member.server.owner_id])
    assert [key] == own(harbour, member)
