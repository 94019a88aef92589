"""`/help`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotLinked
from bot.front.answering import answering
from bot.ui.help import Start, help_screen

if TYPE_CHECKING:
    from bot.front.client import Bot


class Help(commands.Cog):
    """The one message that explains the bot."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        self._site = bot.site
        self._support_url = bot.support_url
        self._privacy_url = bot.privacy_url

    @app_commands.command()
    async def help(self, interaction: discord.Interaction[Bot]) -> None:
        """How to start, what I can do, and what I store."""
        async with answering(interaction) as reply:
            start, known = await self._start(interaction.user.id)
            await reply.show(
                help_screen(
                    owner=interaction.user.id,
                    start=start,
                    known=known,
                    site=self._site,
                    support_url=self._support_url,
                    privacy_url=self._privacy_url,
                )
            )

    async def _start(self, user_id: int) -> tuple[Start | None, bool]:
        """Return where somebody who has linked goes on, from what is held here, and whether that is known."""
        try:
            link = await self._services.accounts.glimpse(user_id)
        except NotLinked:
            return None, True
        if link is None:
            return None, False
        name = self._services.directory.name_of(user_id, link.last_server) if link.last_server else None
        return Start(link.account.username, link.last_server, name), True
