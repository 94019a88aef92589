"""What is done beside an answer: another message after it, and taking one back that a later answer made useless."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.site import PanelSite
from bot.ui.answer.courier import Courier, Send
from bot.ui.answer.latest import Latest
from bot.ui.answer.respond import Reply
from bot.ui.parts.mentions import fill_mentions
from bot.ui.parts.screen import Screen


async def take_back(earlier: Reply, latest: Latest) -> None:
    """Delete the message that carries an answer, by the token of that; not where something else is on it by now."""
    interaction, message = earlier.interaction, earlier.message_id
    if message is None or not latest.is_shown(message, interaction.id):
        return

    async def delete() -> None:
        await interaction.followup.delete_message(message)

    await _try(interaction, delete)


async def add(interaction: discord.Interaction, screen: Screen, mentions: Mapping[str, str], site: PanelSite) -> None:
    """Send another message after the answer to an interaction, that only this person sees."""

    async def send() -> None:
        picture = fill_mentions(screen.embed, mentions, site)
        await interaction.followup.send(embed=picture, view=screen.view(site), ephemeral=True)

    await _try(interaction, send)


async def _try(interaction: discord.Interaction, send: Send) -> None:
    """Do it once: it is not what the person asked for."""
    await Courier(interaction, late=0.0, waits=lambda: None).bring(send, once=True)
