"""What is changed by way of one process is known in the others at once, or read anew."""

from __future__ import annotations

import pytest

from tests.names import unnamed
from tests.postgres.server import Server
from tests.process.fleet.processes import FOUR, both, here
from tests.process.harbour import Harbour, Member
from tests.wire import Interaction

pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True)]


async def test_an_unlink_in_one_process_is_known_in_the_other_at_once(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        await here(harbour, member, direct=True)

        asked = await (await harbour.discord.slash(member.id, "unlink")).wait_for_answer()
        (label,) = [label for label in asked.shown.buttons if label.startswith("Unlink")]
        gone = await (await asked.press(label)).wait_for_answer()
        after = await here(harbour, member, direct=True)

    assert "Unlinked" in gone.text, gone.text
    assert "First, link your account" in unnamed(after.text)


async def test_a_relink_and_a_swap_in_one_process_are_known_in_the_other_at_once(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
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
    async with both(harbour, url):
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


async def test_what_changed_while_nobody_told_is_read_anew(harbour: Harbour, url: str, postgres: Server) -> None:
    async with both(harbour, url) as (_, two):
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
    async with both(harbour, url):
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
