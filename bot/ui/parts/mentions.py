"""What stands for something else in a text: commands, as mentions that can be clicked, and the panel's name."""

from __future__ import annotations

import re
from collections.abc import Mapping

import discord

from bot.domain.site import PanelSite
from bot.ui.parts.text import DESCRIPTION, TITLE, clip

OPERATOR = "{operator}"
"""Stands for who runs the bot, in a text that sends somebody to them."""
_WHO = "whoever runs this bot"
_MARKED = re.compile(r"(?<!\\)\{(?:/([a-z ]+)|panel|keys|operator)\}")


def sends_to_operator(embed: discord.Embed) -> bool:
    """Tell whether the maker of a text, not yet filled in, sends somebody to who runs the bot."""
    return any(match.group() == OPERATOR for match in _MARKED.finditer(embed.description or ""))


def fill_mentions(embed: discord.Embed, mentions: Mapping[str, str], site: PanelSite) -> discord.Embed:
    """Return the embed with what is marked in title and description filled in.

    `{/command}` becomes a clickable mention, or plain text where none is known, `{panel}` the panel's name, `{keys}`
    the place of its page for keys and `{operator}` who runs the bot.
    """

    def filled_in(match: re.Match[str]) -> str:
        name = match.group(1)
        if match.group() == OPERATOR:
            return _WHO
        return mentions.get(name, f"`/{name}`") if name else site.named_in(match.group())

    title, description = embed.title or "", embed.description or ""
    if not _MARKED.search(title) and not _MARKED.search(description):
        return embed
    filled = embed.copy()
    filled.title = clip(_MARKED.sub(filled_in, title), TITLE) or None
    filled.description = clip(_MARKED.sub(filled_in, description), DESCRIPTION) or None
    return filled
