"""Several processes, one bot: each carries its shards, a press is taken once, what one changes the others know."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.front.work import AT_ONCE
from tests.names import unnamed
from tests.postgres.server import Server
from tests.process.harbour import Harbour, Member
from tests.process.test_watched import free_port
from tests.wire import BotProcess, Interaction
from tests.wire.discord_gateway import Two

SHARDS = 4
"""Of which the first carries direct messages, and the third the harbour's guild."""
FIRST, SECOND = "1/2", "2/2"
FOUR = {"shards": SHARDS}
pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True)]


@pytest.fixture
def url(postgres: Server) -> str:
    """Return the address of a new database."""
    return postgres.fresh()


def process(harbour: Harbour, url: str, number: str, **more: Any) -> BotProcess:
    """Return one of the processes, not yet started; Discord lets all its shards begin at once."""
    harbour.discord.rest.sessions["max_concurrency"] = 16
    settings: dict[str, Any] = {"ENCRYPTION_KEY": "A" * 43 + "=", **more}
    return harbour.bot(DATABASE_URL=url, SHARD_COUNT=str(SHARDS), PROCESS=number, LOG_LEVEL="DEBUG", **settings)


async def here(harbour: Harbour, member: Member, *, direct: bool = False) -> Interaction:
    """Return the list of the member's server, asked for in the guild or in direct messages."""
    options = {"server": member.server.identifier}
    shown = await harbour.discord.slash(member.id, "allocations list", options, direct=direct)
    return await shown.wait_for_answer()


def took(bot: BotProcess, interaction: Interaction) -> bool:
    """Tell whether a process has let an interaction in, by its log."""
    mine = [line for line in bot.lines if f"Interaction {interaction.id}: " in line]
    return bool(mine) and not any("another process has it" in line for line in mine)


async def test_each_process_carries_its_shards_and_any_answers_anybody(harbour: Harbour, url: str) -> None:
    async with process(harbour, url, FIRST) as one, process(harbour, url, SECOND) as two:
        await harbour.discord.until_ready()
        member = await harbour.linked()

        in_guild = await here(harbour, member)
        direct = await here(harbour, member, direct=True)

    assert sorted(shard for shard, _ in harbour.discord.gateway.begun) == [0, 1, 2, 3]
    assert "25566" in in_guild.text
    assert "25566" in direct.text
    assert (took(one, in_guild), took(two, in_guild)) == (False, True)
    assert (took(one, direct), took(two, direct)) == (True, False)


async def test_two_shares_with_one_address_for_their_numbers_are_a_mistake_that_ends_the_start(
    harbour: Harbour, url: str
) -> None:
    place = f"127.0.0.1:{free_port()}"
    async with process(harbour, url, FIRST, METRICS=place) as one:
        await one.until_line("Ready as", within=60)
        async with process(harbour, url, SECOND, METRICS=place) as two:
            code = await two.ended(60)

    assert code == 2
    assert two.lines[-1] == f"berth: METRICS: {place} cannot be listened at: Address already in use"


async def test_an_unlink_in_one_process_is_known_in_the_other_at_once(harbour: Harbour, url: str) -> None:
    async with process(harbour, url, FIRST), process(harbour, url, SECOND):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        await here(harbour, member, direct=True)

        asked = await (await harbour.discord.slash(member.id, "unlink")).wait_for_answer()
        (label,) = [label for label in asked.shown.buttons if label.startswith("Unlink")]
        gone = await (await asked.press(label)).wait_for_answer()
        after = await here(harbour, member, direct=True)

    assert "Unlinked" in gone.text, gone.text
    assert "First, link your account" in unnamed(after.text)


async def test_a_relink_and_a_swap_in_one_process_are_known_in_the_other_at_once(harbour: Harbour, url: str) -> None:
    async with process(harbour, url, FIRST), process(harbour, url, SECOND):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        user = harbour.state.users[member.server.owner_id]
        used = [await _key_used(harbour, member)]

        newer = harbour.state.add_key(user)
        assert "✅ Linked" in (await harbour.link(member, newer)).text
        used.append(await _key_used(harbour, member))

        account = await (await harbour.discord.slash(member.id, "account")).wait_for_answer()
        swapped = await (await account.press("Swap it for a key of my own")).wait_for_answer()
        assert "✅ Swapped" in swapped.text
        await (await swapped.press("Delete the key I pasted")).wait_for_answer()
        used.append(await _key_used(harbour, member))

    (own,) = [key.token for key in harbour.state.client_keys_of(user) if key.description.startswith("Berth")]
    assert used == [member.key, newer, own]


async def _key_used(harbour: Harbour, member: Member) -> str | None:
    """Return the key with which the process that answers direct messages reads the member's server."""
    shown = await here(harbour, member, direct=True)
    assert "25566" in shown.text
    return harbour.panel.requests[-1].key


async def test_a_change_through_one_process_is_seen_in_the_other(harbour: Harbour, url: str) -> None:
    async with process(harbour, url, FIRST), process(harbour, url, SECOND):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        before = await _suggested(harbour, member)

        changed = await harbour.discord.slash(
            member.id,
            "allocations notes",
            {"server": member.server.identifier, "allocation": f"#{member.spare}", "text": "from elsewhere"},
            direct=True,
        )
        await changed.wait_for_answer()
        await here(harbour, member)  # the other hears of it before it answers this
        after = await _suggested(harbour, member)

    assert "before" in before
    assert "from elsewhere" in after


async def _suggested(harbour: Harbour, member: Member) -> str:
    options = {"server": member.server.identifier}
    typed = await harbour.discord.autocomplete(member.id, "allocations notes", "allocation", "", options)
    await typed.wait_for_answer()
    return str(typed.choices)


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


async def test_what_is_over_in_one_process_keeps_nobody_from_acting_in_the_other(harbour: Harbour, url: str) -> None:
    async with process(harbour, url, FIRST), process(harbour, url, SECOND):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        for _ in range(AT_ONCE):
            await here(harbour, member, direct=True)

        at_once_after = await here(harbour, member)

    assert "ports used" in at_once_after.text


async def test_five_actions_at_once_are_counted_over_the_processes(harbour: Harbour, url: str) -> None:
    async with process(harbour, url, FIRST), process(harbour, url, SECOND):
        await harbour.discord.until_ready()
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
    async with process(harbour, url, FIRST), process(harbour, url, SECOND):
        await harbour.discord.until_ready()
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


async def test_two_processes_begin_no_session_together(harbour: Harbour, url: str) -> None:
    one, two = process(harbour, url, FIRST), process(harbour, url, SECOND)
    harbour.discord.rest.sessions["max_concurrency"] = 2
    async with one, two:
        await harbour.discord.until_ready(within=60)

    begun = harbour.discord.gateway.begun
    assert sorted(shard for shard, _ in begun) == [0, 1, 2, 3]
    for bucket in (0, 1):
        first, second = sorted(at for shard, at in begun if shard % 2 == bucket)
        assert second - first >= 5


async def test_a_person_is_held_to_sixty_actions_in_ten_seconds_over_all_processes(harbour: Harbour, url: str) -> None:
    async with process(harbour, url, FIRST), process(harbour, url, SECOND):
        await harbour.discord.until_ready()
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


async def test_what_changed_while_nobody_told_is_read_anew(harbour: Harbour, url: str, postgres: Server) -> None:
    async with process(harbour, url, FIRST), process(harbour, url, SECOND) as two:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        await here(harbour, member)

        # Not told, as what the server itself does not tell: behind the back of every process.
        postgres.execute(
            "ALTER TABLE links DISABLE TRIGGER ALL",
            "DELETE FROM links",
            "ALTER TABLE links ENABLE TRIGGER ALL",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query ~ 'LISTEN'"
            " AND datname = current_database()",
            database=url.rpartition("/")[2],
        )
        await two.until_line("is heard again")
        after = await here(harbour, member)

    assert "First, link your account" in unnamed(after.text)


async def test_an_unlink_elsewhere_ends_what_is_under_way_with_the_key(harbour: Harbour, url: str) -> None:
    async with process(harbour, url, FIRST), process(harbour, url, SECOND):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST")
        options = {"server": member.server.identifier, "notes": "of somebody who is gone"}
        change = await harbour.discord.slash(member.id, "allocations create", options, direct=True)
        await held.arrived.wait()

        asked = await (await harbour.discord.slash(member.id, "unlink")).wait_for_answer()
        (label,) = [label for label in asked.shown.buttons if label.startswith("Unlink")]
        await (await asked.press(label)).wait_for_answer()
        await here(harbour, member, direct=True)  # the other hears of it before it answers this
        held.release()
        await harbour.discord.until(lambda: _tells_of_unlink(change), what="the change is given up")

    assert harbour.writes() == 1


def _tells_of_unlink(change: Interaction) -> bool:
    return change.message is not None and "You unlinked while this was under way" in change.text


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


async def test_while_the_database_is_away_one_of_two_says_so_and_the_other_is_silent(
    harbour: Harbour, url: str, postgres: Server
) -> None:
    harbour.discord.gateway.two_sessions = Two.BOTH
    async with process(harbour, url, "1/1") as one, process(harbour, url, "1/1") as two:
        await asyncio.gather(one.until_line("Ready as", within=60), two.until_line("Ready as", within=60))
        member = await harbour.linked()
        postgres.stop("immediate")
        try:
            told = await (await harbour.annotate(member, "not now")).wait_for_answer()
            await harbour.discord.until(lambda: told.refusals, what="the other is refused")
            listed = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
            await harbour.discord.until(lambda: listed.refusals, what="the other is refused")
        finally:
            postgres.start()
        for bot in (one, two):
            await bot.until_line("is heard again")
        after = await (await harbour.annotate(member, "and now")).wait_for_answer()

    for answer in (told, listed):
        assert "did nothing" in answer.text, answer.text
        assert answer.refusals == [40060]
        assert answer.followups == []
    assert "✅ Noted `" in after.text
    assert harbour.writes() == 1
