"""The question whose notes stay, where somebody else wrote some while a form was open."""

from __future__ import annotations

from itertools import takewhile

import discord

from bot.domain.models import Allocation, GameServer
from bot.services.changing.overwriting import mark_of
from bot.ui.parts import ids
from bot.ui.parts.screen import Screen, Tone, button, embed
from bot.ui.parts.text import YOURS, quoted, spot, unquoted
from bot.ui.ports.rows import page_with, title_of

_SHOWN = 600
"""Characters of either text that are shown: more than a panel keeps."""
_EMPTY = "(empty, which clears the notes)"


def conflict(server: GameServer, row: Allocation, *, owner: int, mine: str, token: str, unseen: bool) -> Screen:
    """Return both texts in full and the choice; `token` is by what the bot finds the person's own text again."""
    happened = (
        "There are notes that the form could not show you."
        if unseen
        else "Somebody changed these notes since you opened the form."
    )
    lines = [
        *([spot(row.address), ""] if row.port else []),
        f"{happened} I have not saved yours. Whose text is to stay?",
        "",
        "**On {panel} now**",
        quoted(row.notes or "", _SHOWN) or "(no notes)",
        "",
        f"{YOURS}\n{quoted(mine, _SHOWN) or _EMPTY}",
    ]
    where = (owner, server.identifier, row.id, mark_of(row.notes), token)
    page = page_with(server.allocations, row.id)
    return Screen(
        embed(
            f"⚠️ {'There are notes already' if unseen else 'Notes changed meanwhile'} · {title_of(row, server.name)}",
            "\n".join(lines),
            tone=Tone.WARNING,
        ),
        [
            button("Save mine", ids.make("notes.save", *where), style=discord.ButtonStyle.primary),
            button("Keep theirs", ids.make("alloc.list", owner, server.identifier, page)),
            button("Edit again", ids.make("notes.edit", *where)),
        ],
    )


def yours_in(message: discord.Message | None) -> str:
    """Return the person's own text out of the message that asks or refuses; empty where there is none in it."""
    words = (message.embeds[0].description or "") if message is not None and message.embeds else ""
    below = words.partition(f"{YOURS}\n")[2].splitlines()
    # What is quoted, and no more: below a refusal stands the page that it is on top of.
    return unquoted("\n".join(takewhile(lambda line: line.startswith(">"), below)))
