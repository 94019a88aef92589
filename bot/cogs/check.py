"""Checking whether a game answers at a port, from the port's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.front.router import Press
from bot.ui.answer.respond import Reply
from bot.ui.ports import check

if TYPE_CHECKING:
    from bot.front.client import Bot


class Check(commands.Cog):
    """Asks the game at an allocation's address, and says what came of it."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on(check.ASK, self.on_ask)

    async def on_ask(self, press: Press, reply: Reply) -> None:
        """Ask the game, for whoever the panel shows the port to at this moment."""
        checked = await self._services.checking.check(press.user_id, server_in(press), press.id.number(1))
        power = self._services.power
        may_start = power.offers(checked.server) and power.may_tell(checked.server)
        await reply.show(check.checked_screen(checked, owner=press.user_id, power=may_start))
