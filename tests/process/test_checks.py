"""Checks through two processes of one bot: a port is asked once, whichever of them is asked to."""

from __future__ import annotations

import pytest

from bot.demo.games import JavaGame
from bot.demo.games.datagrams import LOOPBACK
from tests.postgres.server import Server
from tests.process.harbour import Harbour, Member
from tests.wire import Interaction

SHARDS = 4
"""Of which the first carries direct messages, and the third the harbour's guild."""
pytestmark = [pytest.mark.parametrize("harbour", [{"shards": SHARDS}], indirect=True)]


async def check(harbour: Harbour, member: Member, row: int, *, direct: bool) -> Interaction:
    """Have a port checked, in the guild or in direct messages."""
    server = member.server.identifier
    shown = await harbour.discord.slash(member.id, "allocations list", {"server": server}, direct=direct)
    message = (await shown.wait_for_answer()).shown
    data = {"custom_id": f"v1:check.ask:{member.id}:{server}:{row}", "component_type": 2}
    return await (await harbour.discord.forge(member.id, message, data, direct=direct)).wait_for_answer()


async def test_a_port_is_asked_once_in_half_a_minute_over_the_processes(harbour: Harbour, postgres: Server) -> None:
    url = postgres.fresh()
    harbour.discord.rest.sessions["max_concurrency"] = 16
    one, two = (
        harbour.bot(
            DATABASE_URL=url,
            ENCRYPTION_KEY="A" * 43 + "=",
            SHARD_COUNT=str(SHARDS),
            PROCESS=number,
            CHECK_PRIVATE="on",
        )
        for number in ("1/2", "2/2")
    )
    async with JavaGame(version="1.21.4") as game, one, two:
        await harbour.discord.until_ready()
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
