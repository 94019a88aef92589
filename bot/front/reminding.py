"""Telling a person, after the answer to what they asked, what they are to do by hand on the panel."""

from __future__ import annotations

import logging

import discord

from bot.errors import BotError
from bot.front.host import host_of
from bot.ui.answer.beside import add
from bot.ui.keys.swap import left_behind

log = logging.getLogger(__name__)


def remind(interaction: discord.Interaction) -> None:
    """Have its person told of keys that were given up, if there are any of which they were not told yet."""
    host, user = host_of(interaction), interaction.user.id
    untold = host.services.keyring.untold
    if user in untold:
        untold.discard(user)
        host.work.aside(_tell(interaction))


async def _tell(interaction: discord.Interaction) -> None:
    host, user = host_of(interaction), interaction.user.id
    try:
        left = await host.services.keyring.by_hand(user)
    except BotError as problem:
        log.info("Somebody was not told what is left on the panel: %s", type(problem).__name__)
        host.services.keyring.untold.add(user)
        return
    if left:
        await add(interaction, left_behind(left, owner=user, site=host.site), host.mentions, host.site)
