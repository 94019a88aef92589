"""One message as the bot means to send it: an embed, its components, perhaps a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache

import discord

from bot.domain.site import PanelSite
from bot.errors import BotError
from bot.ui.parts import ids, text
from bot.ui.parts.components import Drawn, Item, button_of, link_of, select_of

__all__ = [
    "Item",
    "Screen",
    "Tone",
    "button",
    "detail_of",
    "embed",
    "link_button",
    "panel_says",
    "select",
    "server_link",
]
_IN_LIST = re.compile(r"\d+\. ")
_SERVER_PAGE = "{panel}/server/"
"""Stands before a server's identifier for the address of its page."""
_INNER_QUOTES = str.maketrans("“”", "‘’")


class Tone(Enum):
    """The colour of a message; an icon and words always say the same."""

    NEUTRAL = 0x5865F2
    GOOD = 0x2D9D5B
    WARNING = 0xD9A21B
    BAD = 0xC93A3E


@dataclass(frozen=True, slots=True)
class Screen:
    """An embed with its components; `attachment` is a file name with its bytes."""

    embed: discord.Embed
    items: Sequence[Item] = field(default_factory=tuple)
    attachment: tuple[str, bytes] | None = None
    may_need_help: bool = False
    """Whether somebody may be stuck here, and gets the way to the operator's page though no text sends them there."""

    def view(self, site: PanelSite) -> discord.ui.View:
        """Return the components as a view that discord.py sends but does not keep: the router answers presses."""
        return Drawn([_filled_in(item, site) for item in self.items])

    def file(self) -> discord.File | None:
        """Return the attachment, ready to be sent once."""
        if self.attachment is None:
            return None
        # discord.File wants a real file object and closes it itself.
        import io  # noqa: PLC0415

        name, content = self.attachment
        return discord.File(io.BytesIO(content), filename=name)


def embed(title: str, description: str, *, tone: Tone = Tone.NEUTRAL, footer: str | None = None) -> discord.Embed:
    """Return an embed, clipped to Discord's limits; the texts are expected to be safe already."""
    made = discord.Embed(
        title=text.clip(title, text.TITLE),
        description=text.clip(_spaced(description), text.DESCRIPTION),
        colour=tone.value,
    )
    if footer:
        made.set_footer(text=text.clip(footer, 500))
    return made


def on_top(screen: Screen, words: str, tone: Tone) -> Screen:
    """Return the screen with words above its text, in their tone."""
    made = screen.embed.copy()
    made.description = text.clip(_spaced(f"{words}\n\n{made.description or ''}"), text.DESCRIPTION)
    made.colour = discord.Colour(tone.value)
    return replace(screen, embed=made)


def detail_of(error: BotError) -> str:
    """Return an error's detail with what it is about as code."""
    return error.detail.replace("{subject}", text.spot(error.subject or "?"))


def panel_says(error: BotError) -> str:
    """Return the panel's own words as a quotation that they cannot end; empty where it said none."""
    words = text.safe((error.panel_words or "").translate(_INNER_QUOTES), 300)
    return f"{{panel}} says: “{words}”" if words else ""


def _spaced(description: str) -> str:
    """Return the text with blank lines that every client shows; an empty one stays where it ends a list."""
    lines = description.split("\n")
    kept = [
        "\u200b" if not line and index and not _IN_LIST.match(lines[index - 1]) else line
        for index, line in enumerate(lines)
    ]
    return "\n".join(kept)


def button(
    label: str,
    custom_id: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
    row: int | None = None,
) -> Item:
    """Return a button; its label may hold panel text, and is cleaned and clipped to what Discord takes."""
    return button_of(_label(label), custom_id=custom_id, style=style, disabled=disabled, row=row)


@lru_cache(1_000)
def _label(label: str) -> str:
    """Return a label as Discord takes it; nearly all are our own words, on every message anew."""
    return text.plain(label, text.BUTTON_LABEL)


def link_button(label: str, url: str, *, row: int | None = None) -> Item:
    """Return a button that opens an address."""
    return link_of(text.clip(label, text.BUTTON_LABEL), url=url, row=row)


def server_link(label: str, server: str, *, row: int | None = None) -> Item:
    """Return a button that opens a server's page; which panel that is on is filled in when it is sent, as in a text."""
    return link_of(label, url=f"{_SERVER_PAGE}{server}", row=row)


def _filled_in(item: Item, site: PanelSite) -> Item:
    url = str(item.payload.get("url", ""))
    if not url.startswith(_SERVER_PAGE):
        return item
    page = site.server_page(url.removeprefix(_SERVER_PAGE))
    return link_button(site.named_in(item.payload["label"]), page, row=item.row)


def select(
    custom_id: str,
    options: Sequence[tuple[str, str, str]],
    *,
    placeholder: str,
    chosen: str | None = None,
    row: int | None = None,
    most: int = 1,
) -> Item:
    """Return a select of (label, value, description) rows, clipped to Discord's limits; at `most` so many are chosen.

    Each drawing carries a mark of its own in its id and its values: Discord's clients keep what was chosen across an
    edit of the message, and send nothing when the same value is chosen again (discord-api-docs issues 4801 and 8160).
    """
    drawing = ids.nonce()
    return select_of(
        f"{custom_id}:{drawing}",
        [
            (
                text.plain(label, text.OPTION_LABEL),
                f"{value}{ids.MARK}{drawing}",
                text.clip(text.clean(description), text.OPTION_DESCRIPTION),
            )
            for label, value, description in options[: text.OPTIONS]
        ],
        placeholder=text.clip(placeholder, text.PLACEHOLDER),
        chosen=None if chosen is None else f"{chosen}{ids.MARK}{drawing}",
        row=row,
        most=most,
    )
