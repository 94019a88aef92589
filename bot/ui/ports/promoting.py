"""The question before a port becomes the primary whose notes say that it is for something else."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.models import NOTES_LIMIT, Allocation, GameServer
from bot.domain.places import Purpose
from bot.services.changing.overwriting import mark_of
from bot.ui.parts import ids
from bot.ui.parts.screen import Screen, Tone, button, embed
from bot.ui.parts.text import clean, code, named, safe
from bot.ui.ports.notices import address_words
from bot.ui.ports.purposes import LABELS
from bot.ui.ports.rows import page_with
from bot.ui.servers.servers import CREATE

PROMOTE = "alloc.promote"
TOLD = "2"
"""Stands in a creation's custom_id for: as the primary, and the person was told what that means."""


def confirm_primary(server: GameServer, row: Allocation, purposes: Sequence[Purpose], *, owner: int) -> Screen:
    """Return the question before a port for these purposes becomes the game's own; what can be done first comes first.

    The button that goes on is in a row above Cancel: on a phone, the last row is where the finger just was. It carries
    a mark of the notes it was asked about.
    """
    lines = [
        address_words(row),
        f"📝 {safe(row.notes or '', NOTES_LIMIT)}",
        "",
        _what_happens(purposes),
        "",
        f"**What to do**: Add a port with the notes {_usual(purposes)} by {{/allocations create}}, write its number "
        f"into that configuration in place of {row.port}, and then make this one the primary. If the notes are no "
        "longer true, press **Edit notes**. Nothing was changed yet.",
    ]
    where = (owner, server.identifier, row.id)
    page = page_with(server.allocations, row.id)
    return Screen(
        embed(f"⚠️ Make port {row.port} the primary of {named(server.name, 100)}?", "\n".join(lines), tone=Tone.WARNING),
        [
            button(
                f"Make {clean(row.bare_address)} the primary",
                ids.make(PROMOTE, *where, mark_of(row.notes)),
                style=discord.ButtonStyle.primary,
                row=0,
            ),
            button("Edit notes", ids.make("alloc.notes", *where, page), row=1),
            button("Cancel", ids.make("alloc.show", *where, page), row=1),
        ],
    )


def confirm_new_primary(
    server: str, notes: str, purposes: Sequence[Purpose], token: str, *, owner: int, name: str | None
) -> Screen:
    """Return the same question before a port with these notes is added to a server; `token` leads to them.

    `name` is what the server is called, if it was read before.
    """
    where = (owner, 0, token)
    lines = [
        f"📝 {safe(notes, NOTES_LIMIT)}",
        "",
        _what_happens(purposes),
        "",
        "**What to do**: Add it without making it the primary, and write its number into that configuration. Nothing "
        "was changed yet.",
    ]
    return Screen(
        embed(
            f"⚠️ Make the new port the primary of {named(name, 100) if name else f'server {server}'}?",
            "\n".join(lines),
            tone=Tone.WARNING,
            footer=f"Server {server}",
        ),
        [
            button(
                "Add it, not as the primary",
                ids.make(CREATE, *where, 0, 1, 1, server),
                style=discord.ButtonStyle.primary,
                row=0,
            ),
            button("Add it as the primary", ids.make(CREATE, *where, TOLD, 1, 1, server), row=0),
            button("Cancel", ids.make("alloc.list", owner, server, 0), row=1),
        ],
    )


def _what_happens(purposes: Sequence[Purpose]) -> str:
    *first, last = [f"**{LABELS[purpose.name]}**" for purpose in purposes]
    what = f"{', '.join(first)} and {last}, which each need" if first else f"{last}, which needs"
    return (
        f"These notes say that the port is for {what} a port of its own. As the primary it becomes the game's own port "
        "at its next start: the two may then want the same number, and one of them may not start or not be reached."
    )


def _usual(purposes: Sequence[Purpose]) -> str:
    return " and ".join(code(purpose.notes) for purpose in purposes)
