"""The name that players type, over several processes: what is said to one of them, the others show at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.demo.nameserver import NameServer
from tests.process.fleet.processes import FOUR, both, here, took
from tests.process.harbour import Harbour, Member
from tests.wire import BotProcess, Interaction
from tests.wire.process import ROOT

NAME, OTHER = "play.example.org", "mc.example.net"
OWN_DNS = ROOT / "tests" / "wire" / "own_dns"
pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True)]


@asynccontextmanager
async def two(harbour: Harbour, url: str) -> AsyncIterator[tuple[BotProcess, BotProcess, NameServer]]:
    """Yield two processes: the first answers in direct messages, the second in the guild; both ask this DNS."""
    async with NameServer({}, ttl=0) as names:
        found = {"PYTHONPATH": f"{OWN_DNS}:{ROOT}", "BERTH_TEST_DNS": str(names.port)}
        async with both(harbour, url, **found) as (one, other):
            yield one, other, names


async def address(harbour: Harbour, member: Member, *, direct: bool = False, **name: str) -> Interaction:
    """Return the page of the name that players type, after giving or clearing it."""
    options = {"server": member.server.identifier, **name}
    shown = await harbour.discord.slash(member.id, "allocations address", options, direct=direct)
    return await shown.wait_for_answer()


async def test_a_name_set_in_one_process_is_seen_in_the_other_at_once_and_so_is_that_it_was_cleared(
    harbour: Harbour, url: str
) -> None:
    async with two(harbour, url) as (one, other, _):
        member = await harbour.linked()
        before = await here(harbour, member, direct=True)
        given = await address(harbour, member, name=NAME)
        after = await here(harbour, member, direct=True)
        changed = await address(harbour, member, direct=True, name=OTHER)
        later = await here(harbour, member)
        await address(harbour, member, name="")
        cleared = await here(harbour, member, direct=True)

    assert "🌐" not in before.text
    assert f"✅ Saved `{NAME}` as the name for players." in given.text
    assert f"🌐 Players type `{NAME}`" in after.text
    assert f"Before: `{NAME}`" in changed.text
    assert f"🌐 Players type `{OTHER}`" in later.text
    assert "🌐" not in cleared.text
    assert (took(one, after), took(other, given)) == (True, True)


async def test_an_unlink_in_one_process_takes_the_name_away_in_the_other(harbour: Harbour, url: str) -> None:
    async with two(harbour, url):
        member, reader = await harbour.linked(), harbour.member()
        harbour.state.add_subuser(
            member.server, next(user for user in harbour.state.users.values() if user.username == reader.name), ["*"]
        )
        await harbour.link(reader)
        await address(harbour, member, name=NAME)
        options = {"server": member.server.identifier}
        seen = await (await harbour.discord.slash(reader.id, "allocations list", options)).wait_for_answer()
        asked = await (await harbour.discord.slash(member.id, "unlink", direct=True)).wait_for_answer()
        (label,) = [label for label in asked.shown.buttons if label.startswith("Unlink")]
        await (await asked.press(label)).wait_for_answer()
        after = await (await harbour.discord.slash(reader.id, "allocations list", options)).wait_for_answer()

    assert f"🌐 Players type `{NAME}`" in seen.text
    assert "🌐" not in after.text


async def test_a_real_process_looks_the_name_up_with_the_dns_server_that_its_machine_names(
    harbour: Harbour, url: str
) -> None:
    async with two(harbour, url) as (_, other, names):
        member = await harbour.linked()
        names.zone = {f"_minecraft._tcp.{NAME} SRV": [f"0 5 25565 {NAME}."], f"{NAME} A": [harbour.rows(member)[0].ip]}
        right = await address(harbour, member, name=NAME)
        names.zone[f"_minecraft._tcp.{NAME} SRV"] = [f"0 5 25570 {NAME}."]
        stale = await address(harbour, member, direct=True)

    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in right.text
    assert "⚠️ DNS still leads to `:25570`; the primary is `:25565`" in stale.text
    other.assert_content()
