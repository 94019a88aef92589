"""Restarting a server while the bot itself is stopped or killed: nothing is sent twice, and there is a way on."""

from __future__ import annotations

from tests.process.harbour import Harbour
from tests.process.restarting import followed, looked_again


async def test_a_kill_while_a_restart_is_followed_leaves_a_button_that_looks_and_sends_nothing(
    harbour: Harbour,
) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        seen = await followed(harbour, member)
        await bot.kill()
        await harbour.discord.until(lambda: not harbour.discord.gateway.connections, what="the killed one is gone")

    async with harbour.bot():
        await harbour.discord.until_ready()
        again = await looked_again(harbour, member, seen)

    assert f"⚠️ Restart {member.server.name}?" in again.text
    assert harbour.writes() == 1


async def test_a_stop_while_a_restart_is_followed_says_that_nobody_looks_any_more(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        seen = await followed(harbour, member)
        bot.terminate()
        code = await bot.ended()
    told = seen.text

    async with harbour.bot():
        await harbour.discord.until_ready()
        again = await looked_again(harbour, member, seen)

    assert code == 0
    assert "But I am being restarted myself, so I no longer watch what comes of it." in told
    assert f"⚠️ Restart {member.server.name}?" in again.text
    assert harbour.writes() == 1
