"""The components of everybody's changes on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.errors import Outdated
from bot.front.router import Press
from bot.services.everyone import Scope
from bot.ui.answer.respond import Reply
from bot.ui.history import everyone as screens

if TYPE_CHECKING:
    from bot.front.client import Bot


class Everyone(commands.Cog):
    """Shows the panel's log of a server to who may read it there."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on(screens.LIST, self.on_list)

    async def on_list(self, press: Press, reply: Reply) -> None:
        """Show a page of the log: the newest, another one, or of other events."""
        try:
            scope = Scope(press.id.text(1))
        except ValueError:
            raise Outdated from None
        page = await self._services.everyone.page(
            press.user_id, server_in(press), scope=scope, number=press.id.number(2)
        )
        await reply.show(screens.everyone(page, owner=press.user_id))
