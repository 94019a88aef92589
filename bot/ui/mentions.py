"""Commands named in a text, as what Discord shows them with: a mention that can be clicked."""

from __future__ import annotations

import re
from collections.abc import Mapping

import discord

from bot.ui.text import DESCRIPTION, clip

_COMMAND = re.compile(r"(?<!\\)\{/([a-z ]+)\}")


def fill_mentions(embed: discord.Embed, mentions: Mapping[str, str]) -> discord.Embed:
    """Return the embed with `{/command}` turned into a clickable mention, or into plain text where none is known."""

    def mention(match: re.Match[str]) -> str:
        return mentions.get(match.group(1), f"`/{match.group(1)}`")

    if not embed.description or not _COMMAND.search(embed.description):
        return embed
    filled = embed.copy()
    filled.description = clip(_COMMAND.sub(mention, embed.description), DESCRIPTION)
    return filled
