"""The forms: the panel key and the notes. Their submissions come back through the router, by custom_id.

Every opening carries a mark of its own in the ids of the form and of its fields: Discord's clients keep what was typed,
and on phones the first prefill they saw, by custom_id (discord-api-docs issue 7554).
"""

from __future__ import annotations

from typing import Any

import discord

from bot.domain.models import NOTES_LIMIT, Allocation, GameServer
from bot.ui import ids
from bot.ui.text import MODAL_TITLE, clip, plain

KEY_FIELD = "key"
NOTES_FIELD = "notes"
"""The names of the fields, by which a handler gets their values."""


def _form(title: str, custom_id: str, *parts: discord.ui.Item[Any]) -> discord.ui.Modal:
    form = discord.ui.Modal(title=clip(title, MODAL_TITLE), custom_id=custom_id, timeout=None)
    for part in parts:
        form.add_item(part)
    # A stopped form is sent but not kept: a dismissed one leaves nothing behind, and one from before a restart works.
    form.stop()
    return form


def _marked(name: str, mark: str) -> str:
    return f"{name}{ids.MARK}{mark}"


def link_form(owner: int) -> discord.ui.Modal:
    """Return the form for the panel key; it answers the fear that Discord's own warning below it raises."""
    mark = ids.nonce()
    return _form(
        "Link your panel account",
        ids.make("link.submit", owner, mark),
        discord.ui.TextDisplay[Any](
            "Create a **client API key** on the panel under Account, API Credentials. Never enter a password here. "
            "The key acts on the panel as you: I check it with the panel, store it encrypted, send it nowhere else, "
            "and delete it on /unlink. You can revoke it on the panel at any time."
        ),
        discord.ui.Label(
            text="Client API key",
            description="It starts with ptlc_ (Pterodactyl) or pacc_ (Pelican).",
            component=discord.ui.TextInput(
                custom_id=_marked(KEY_FIELD, mark),
                placeholder="ptlc_…",
                min_length=1,
                max_length=200,
                required=True,
            ),
        ),
    )


def prefilled_notes_form(owner: int, server: GameServer, row: Allocation) -> discord.ui.Modal:
    """Return the form with the current notes; empty and required where they are hidden or too long to edit here."""
    shown = server.shows_notes(row)
    fits = len(row.notes or "") <= NOTES_LIMIT
    hint = None if shown else "You may not see the current notes; what you enter replaces them."
    if not fits:
        hint = f"The current notes exceed {NOTES_LIMIT} characters; what you enter replaces them."
    return notes_form(
        owner,
        server.identifier,
        row.id,
        address=row.address,
        current=row.notes if shown and fits else None,
        loaded=shown and fits,
        hint=hint,
    )


def notes_form(
    owner: int,
    server: str,
    allocation: int,
    *,
    address: str | None = None,
    current: str | None = None,
    loaded: bool = False,
    typed: bool = False,
    hint: str | None = None,
) -> discord.ui.Modal:
    """Return the form for notes, prefilled; where they could not be loaded in time it says so.

    `typed` marks a number that a person typed, an id or a port, which is looked up when the form comes back.
    """
    hint = hint or (
        "Leave it empty to clear the notes." if loaded else "The current notes could not be loaded in time."
    )
    mark = ids.nonce()
    return _form(
        f"Notes of {plain(address, 36)}" if address else "Notes",
        ids.make("notes.typed" if typed else "notes.submit", owner, server, allocation, mark),
        discord.ui.Label(
            text="Notes",
            description=hint,
            component=discord.ui.TextInput(
                custom_id=_marked(NOTES_FIELD, mark),
                style=discord.TextStyle.paragraph,
                default=(current or "")[:NOTES_LIMIT] or None,
                placeholder="What this port is for, as: query, RCON, voice, map",
                max_length=NOTES_LIMIT,
                required=not loaded,
            ),
        ),
    )
