"""Posting a server's address where others read it: the button, the question before it, and the line itself."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.domain.models import GameServer
from bot.domain.posted import Line
from bot.services.address.joining import Looked
from bot.services.address.sharing import mark_of
from bot.ui.address.joining import show_button
from bot.ui.address.leads import dns_lines, leads_astray
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, embed
from bot.ui.parts.text import named, spot_of
from bot.ui.ports.notices import Notice

ASK = "alloc.share"
"""Asks before the address is posted; the name is that of the earlier version's button, which posted at once."""
POST = "share.post"
LABEL = "Post address here"
_NAME = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where the line would be posted, as Discord names it, and the mention of who posts it: the bot."""

    channel: int
    direct: bool
    poster: str

    @property
    def words(self) -> str:
        """The channel as a mention; direct messages have none."""
        return "this conversation" if self.direct else f"<#{self.channel}>"


def share_button(server: GameServer, *, owner: int, page: int = 0, row: int | None = None) -> Item:
    """Return the button that asks before the server's address is posted."""
    return button(LABEL, ids.make(ASK, owner, server.identifier, page), row=row)


def shared_address(line: Line) -> str:
    """Return the one public line: the server's name, and what players type: once, for of two nobody knew which."""
    return f"**{named(line.name, _NAME)}**: {spot_of(line.typed or '?')}"


def confirm_share(
    server: GameServer,
    line: Line,
    place: Place,
    *,
    owner: int,
    page: int = 0,
    changed: bool = False,
    looked: Looked | None = None,
) -> Screen:
    """Return the question before the address is posted: what, where and by whom.

    `changed` says that it is no longer what the person was shown before. Where DNS was `looked` at and leads players
    astray, that is told to who posts, and to nobody else.
    """
    astray = looked is not None and leads_astray(looked)
    readers = "for everybody in it" if place.direct else "for everybody who can read it"
    lines = [
        f"**What**: {shared_address(line)}",
        f"**Where**: {place.words}, {readers}",
        f"**As whom**: {place.poster}; your name is not in it",
    ]
    if changed:
        lines = ["⚠️ The address or the name has been changed since I asked. Nothing was posted yet.", "", *lines]
    if looked is not None and astray:
        lines += ["", *dns_lines(looked), "Only you read this warning: it is not posted."]
    return Screen(
        embed(
            f"Post this address here? · {named(server.name, _NAME)}",
            "\n".join(lines),
            tone=Tone.WARNING if changed or astray else Tone.NEUTRAL,
        ),
        [
            button("Cancel", ids.make("alloc.list", owner, server.identifier, page)),
            button(
                "Post",
                ids.make(POST, owner, server.identifier, page, mark_of(server), ids.nonce()),
                style=discord.ButtonStyle.primary,
            ),
            *([show_button(server.identifier, owner=owner)] if astray else []),
        ],
    )


def of_posting(line: Line, place: Place) -> Notice:
    """Return what the person's own message says once the address is posted."""
    return Notice(f"✅ Posted in {place.words}: {shared_address(line)}", Tone.GOOD)
