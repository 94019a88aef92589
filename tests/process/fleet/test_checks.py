"""Checks through two processes of one bot: a port is asked once, whichever of them is asked to."""

from __future__ import annotations

import pytest

from bot.demo.games import JavaGame
from bot.demo.games.datagrams import LOOPBACK
from tests.process.fleet.processes import FOUR, both
from tests.process.harbour import Harbour, Member
from tests.wire import Interaction

pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True)]


async def check(harbour: Harbour, member: Member, row: int, *, direct: bool) -> Interaction:
    """Have a port checked, in the guild or in direct messages."""
    server = member.server.identifier
    shown = await harbour.discord.slash(member.id, "allocations list", {"server": server}, direct=direct)
    message = (await shown.wait_for_answer()).shown
    data = {"custom_id": f"v1:check.ask:{member.id}:{server}:{row}", "component_type": 2}
    return await (await harbour.discord.forge(member.id, message, data, direct=direct)).wait_for_answer()


async def test_a_port_is_asked_once_in_half_a_minute_over_the_processes(harbour: Harbour, url: str) -> None:
    async with JavaGame(version="1.21.4") as game, both(harbour, url, CHECK_PRIVATE="on"):
        member = await harbour.linked()
        row = harbour.state.add_allocation(LOOPBACK, game.port)
        row.server_id = member.server.id

        first = await check(harbour, member, row.id, direct=False)
        elsewhere = await check(harbour, member, row.id, direct=True)
        again = await check(harbour, member, row.id, direct=False)

    assert "✅ Answers as Minecraft Java 1.21.4" in first.text
    assert "This port was checked a moment ago" in elsewhere.text
    assert "Possible again" in elsewhere.text
    assert again.text == first.text
    assert len(game.asked) == 1
