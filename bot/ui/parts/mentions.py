"""What stands for something else in a text: commands, as mentions that can be clicked, and the panel's name."""

from __future__ import annotations

import re
from collections.abc import Mapping

import discord

from bot.domain.site import PanelSite
from bot.ui.parts.text import DESCRIPTION, TITLE, clip

_MARKED = re.compile(r"(?<!\\)\{(?:/([a-z ]+)|panel|keys)\}")


def fill_mentions(embed: discord.Embed, mentions: Mapping[str, str], site: PanelSite) -> discord.Embed:
    """Return the embed with what is marked in title and description filled in.

    `{/command}` becomes a clickable mention, or plain text where none is known, `{panel}` the panel's name and `{keys}`
    the place of its page for keys.
    """

    def filled_in(match: re.Match[str]) -> str:
        name = match.group(1)
        return mentions.get(name, f"`/{name}`") if name else site.named_in(match.group())

    title, description = embed.title or "", embed.description or ""
    if not _MARKED.search(title) and not _MARKED.search(description):
        return embed
    filled = embed.copy()
    filled.title = clip(_MARKED.sub(filled_in, title), TITLE) or None
    filled.description = clip(_MARKED.sub(filled_in, description), DESCRIPTION) or None
    return filled
