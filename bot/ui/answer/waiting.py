"""What a person sees while the panel is asked and takes its time: words alone, or words over the picture that is there.

The picture keeps its text and its buttons, so that nothing is lost where no answer follows.
"""

from __future__ import annotations

import discord

from bot.domain.site import PanelSite
from bot.ui.parts.screen import Screen, Tone
from bot.ui.parts.text import clip, when

_AUTHOR = 256
_ASKING = "⏳ I am asking "


def asking(site: PanelSite, *, since: float) -> Screen:
    """Return the answer to a command whose panel has been asked `since` a Unix time."""
    words = f"{_ASKING}{site.name}… (asked {when(since)})"
    return Screen(discord.Embed(description=words, colour=Tone.NEUTRAL.value))


def over(message: discord.Message, site: PanelSite) -> discord.Embed | None:
    """Return a message's picture with the words above it; None where it has none."""
    picture = without(message)
    return None if picture is None else picture.set_author(name=clip(f"{_ASKING}{site.name}…", _AUTHOR))


def without(message: discord.Message) -> discord.Embed | None:
    """Return a message's picture without such words, as it was before; None where it has none."""
    if not message.embeds:
        return None
    shown = message.embeds[0]
    picture = discord.Embed(title=shown.title, description=shown.description, colour=shown.colour)
    return picture.set_footer(text=shown.footer.text) if shown.footer.text else picture
