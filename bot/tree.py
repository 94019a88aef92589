"""The command tree: which interactions are taken, and the last net for what a command did not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.answering import answering
from bot.errors import Outdated, Restarting

if TYPE_CHECKING:
    from bot.client import Bot


class Tree(app_commands.CommandTree["Bot"]):
    """Refuses commands that come twice or while the bot is stopping."""

    async def interaction_check(self, interaction: discord.Interaction[Bot], /) -> bool:
        """Tell whether this interaction is to be answered by its command."""
        work = interaction.client.work
        if not work.first_time(interaction.id):
            return False
        if not work.draining:
            return True
        if interaction.type is not discord.InteractionType.autocomplete:
            async with answering(interaction):
                raise Restarting
        return False

    async def on_error(self, interaction: discord.Interaction[Bot], error: app_commands.AppCommandError, /) -> None:
        """Answer what happened outside a command's own funnel, as a command that is no longer the same."""
        if interaction.type is discord.InteractionType.autocomplete:
            return
        async with answering(interaction):
            if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
                raise Outdated(
                    "This command has changed since your Discord loaded it.", advice="Restart Discord, then try again."
                ) from error
            raise error
