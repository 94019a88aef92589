"""`/help`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.front.answering import answering
from bot.ui.help import help_screen

if TYPE_CHECKING:
    from bot.front.client import Bot


class Help(commands.Cog):
    """The one message that explains the bot."""

    def __init__(self, bot: Bot) -> None:
        self._site = bot.site
        self._support_url = bot.support_url
        self._privacy_url = bot.privacy_url

    @app_commands.command()
    async def help(self, interaction: discord.Interaction[Bot]) -> None:
        """How to start, what I can do, and what I store."""
        async with answering(interaction) as reply:
            await reply.show(
                help_screen(
                    owner=interaction.user.id,
                    site=self._site,
                    support_url=self._support_url,
                    privacy_url=self._privacy_url,
                )
            )
