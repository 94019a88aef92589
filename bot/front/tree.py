"""The command tree: which interactions are taken, and the last net for what a command did not answer."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands

from bot.errors import Outdated
from bot.front.answering import answering, arrived
from bot.front.claiming import Elsewhere, let_in
from bot.front.host import host_of
from bot.log import of_interaction

log = logging.getLogger(__name__)


class Tree(app_commands.CommandTree[Any]):
    """Refuses commands that come twice, late, in too great a number, or while the bot is stopping."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Tell whether this interaction is to be answered by its command."""
        work = host_of(interaction).work
        if not work.first_time(interaction.id):
            return False
        if interaction.type is discord.InteractionType.autocomplete:
            arrived(interaction)
            return not work.draining
        command = interaction.command
        name = command.qualified_name if command else "a command of none of mine"
        log.debug("Interaction %s: /%s", interaction.id, name, extra=of_interaction(interaction.id))
        try:
            rejection = await let_in(interaction)
        except Elsewhere:
            return False
        if rejection is not None:
            async with answering(interaction):
                raise rejection
        return rejection is None

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer what happened outside a command's own funnel, as a command that is no longer the same."""
        if interaction.type is discord.InteractionType.autocomplete:
            return
        async with answering(interaction):
            if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
                raise Outdated(
                    "This command has changed since your Discord loaded it.",
                    advice="Restart Discord, then run the command again.",
                ) from error
            raise error
