"""The forms: the panel key and the notes. Their submissions come back through the router, by custom_id.

Every opening carries a mark of its own in the ids of the form and of its fields: Discord's clients keep what was typed,
and on phones the first prefill they saw, by custom_id (discord-api-docs issue 7554).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.domain.models import NOTES_LIMIT, Allocation, GameServer
from bot.domain.plan import MOST
from bot.domain.site import PanelSite
from bot.services.changing.overwriting import UNSEEN, seen_of
from bot.ui.parts import ids
from bot.ui.parts.text import MODAL_TITLE, clip, code, count, plain

KEY_FIELD = "key"
NOTES_FIELD = "notes"
LINES_FIELD = "lines"
NAME_FIELD = "name"
"""The names of the fields, by which a handler gets their values."""


def form_title(words: str, server: str, known: GameServer | None) -> str:
    """Return a form's title with the server it is for: by its name where that is `known`, else by its identifier."""
    return clip(f"{words} · {plain(known.name, MODAL_TITLE) if known else server}", MODAL_TITLE)


def typed_in(fields: Mapping[str, str]) -> str:
    """Return what somebody typed into a form, as a refusal gives it back: never a key."""
    return next((fields[name] for name in (NOTES_FIELD, LINES_FIELD, NAME_FIELD) if fields.get(name)), "")


def _form(title: str, custom_id: str, *parts: discord.ui.Item[Any]) -> discord.ui.Modal:
    form = discord.ui.Modal(title=clip(title, MODAL_TITLE), custom_id=custom_id, timeout=None)
    for part in parts:
        form.add_item(part)
    # A stopped form is sent but not kept: a dismissed one leaves nothing behind, and one from before a restart works.
    form.stop()
    return form


def _marked(name: str, mark: str) -> str:
    return f"{name}{ids.MARK}{mark}"


def link_form(
    owner: int, site: PanelSite, *, replaces: str | None = None, carries: Sequence[str] = ()
) -> discord.ui.Modal:
    """Return the form for the panel key; it answers the fear that Discord's own warning below it raises.

    `replaces` is the masked key that is stored now; what was asked for before goes along in what it `carries`.
    """
    mark = ids.nonce()
    words = (
        f"Create a **client API key** on [{{panel}}]({site.keys_page}) under {{keys}}, and paste it here. Never enter "
        "a password. The key acts there as you: I check it with {panel}, store it encrypted, send it nowhere else, and "
        "delete it when you run /unlink. "
        "You can revoke it there at any time."
    )
    if replaces:
        words = f"The key you enter takes the place of {code(replaces)}, which I use now.\n\n{words}"
    return _form(
        "Link your panel account",
        ids.make("link.submit", owner, mark, *carries),
        discord.ui.TextDisplay[Any](site.named_in(words)),
        discord.ui.Label(
            text="Client API key",
            description="It starts with pacc_." if site.is_pelican else "It starts with ptlc_ (on Pelican with pacc_).",
            component=discord.ui.TextInput(
                custom_id=_marked(KEY_FIELD, mark),
                placeholder=f"For example: {'pacc' if site.is_pelican else 'ptlc'}_Rk3vT9…",
                min_length=1,
                max_length=200,
                required=True,
            ),
        ),
    )


def prefilled_notes_form(owner: int, now: GameServer, row: Allocation) -> discord.ui.Modal:
    """Return the form with the notes as just read; empty and required where they are hidden or too long to edit here.

    It carries a mark of the notes it was filled with, hidden ones excepted.
    """
    shown = now.shows_notes(row)
    fits = len(row.notes or "") <= now.notes_limit
    hint = "Leave it empty to clear the notes."
    if not shown:
        hint = "You may not see the current notes; what you enter replaces them."
    elif not fits:
        hint = f"The current notes exceed {now.notes_limit} characters; what you enter replaces them."
    return _notes_form(
        ids.make("notes.submit", owner, now.identifier, row.id, seen_of(now, row)),
        title=_of(row.address) if row.port else form_title(f"Notes of the port with id {row.id}", now.identifier, now),
        text=row.notes if shown and fits else None,
        hint=hint,
        required=not (shown and fits),
        limit=now.notes_limit,
    )


def unread_notes_form(
    owner: int, server: str, allocation: int, *, known: GameServer | None = None, typed: bool = False
) -> discord.ui.Modal:
    """Return the form where the panel did not tell the current notes in time; it says so, and clears nothing unseen.

    `known` is the server as it was read before, if it was: by that the port is called. `typed` marks a number that a
    person typed, which is looked up when the form comes back.
    """
    row = known.allocation(allocation) if known and not typed else None
    which = f"port {allocation}" if typed else f"the port with id {allocation}"
    return _notes_form(
        ids.make("notes.typed" if typed else "notes.submit", owner, server, allocation, UNSEEN),
        title=_of(row.address) if row and row.port else form_title(f"Notes of {which}", server, known),
        text=None,
        hint="I did not get the current notes in time. If I find any later, I ask you before I replace them.",
        required=True,
    )


def draft_notes_form(
    owner: int, server: str, allocation: int, *, address: str, text: str, seen: str, limit: int
) -> discord.ui.Modal:
    """Return the form with the person's own text again; `seen` is the mark of the panel's notes they were shown.

    A text over the limit is there in full, to be shortened.
    """
    hint = "This is your text, not the saved one. Leave it empty to clear the notes."
    if len(text) > limit:
        hint = f"Your text has {count(len(text), 'character')}; shorten it to {limit}."
    return _notes_form(
        ids.make("notes.submit", owner, server, allocation, seen),
        title=_of(address),
        text=text,
        hint=hint,
        required=False,
        limit=max(limit, len(text)),
    )


def _of(address: str) -> str:
    return f"Notes of {plain(address, 36)}"


def _notes_form(
    custom_id: str, *, title: str, text: str | None, hint: str, required: bool, limit: int = NOTES_LIMIT
) -> discord.ui.Modal:
    mark = ids.nonce()
    return _form(
        title,
        f"{custom_id}:{mark}",
        discord.ui.Label(
            text="Notes",
            description=hint,
            component=discord.ui.TextInput(
                custom_id=_marked(NOTES_FIELD, mark),
                style=discord.TextStyle.paragraph,
                default=(text or "")[:limit] or None,
                placeholder="For example: voice chat, RCON, web map",
                max_length=limit,
                required=required,
            ),
        ),
    )


def lines_form(
    owner: int, server: str, chosen: Sequence[str], *, room: int = MOST, known: GameServer | None = None
) -> discord.ui.Modal:
    """Return the form with a line for each port of a purpose of one's own; those `chosen` beside it stand in its id.

    There is `room` for so many with those, as far as is known. `known` is the server as it was read before, if it was.
    """
    mark = ids.nonce()
    return _form(
        form_title("Other ports", server, known),
        ids.make("several.named", owner, server, "-".join(chosen) or ids.NONE, mark),
        discord.ui.Label(
            text="What each port is for",
            description=f"One line for each port, at most {count(room - len(chosen), 'line')}: it becomes its notes.",
            component=discord.ui.TextInput(
                custom_id=_marked(LINES_FIELD, mark),
                style=discord.TextStyle.paragraph,
                placeholder="For example:\nDiscord bridge\nresource pack",
                max_length=3000,
                required=True,
            ),
        ),
    )
