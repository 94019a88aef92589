"""Finding a port among many: the form, the words above what was found, and the ways on from there."""

from __future__ import annotations

import discord

from bot.domain.models import Allocation, GameServer
from bot.ui.forms import form_title
from bot.ui.parts import ids
from bot.ui.parts.paging import Page
from bot.ui.parts.screen import Item, button
from bot.ui.parts.text import count, safe
from bot.ui.ports import rows

FORM = "find.form"
SUBMIT = "find.submit"
PICK = "find.pick"
"""Shows what is sought on a server from the picker of a list that left the server out."""
FIELD = "words"
"""The name of the form's field."""


def find_form(owner: int, server: str, *, known: GameServer | None = None) -> discord.ui.Modal:
    """Return the form that asks for a port or for words of the notes; `known` is the server as read before."""
    mark = ids.nonce()
    title = form_title("Find a port", server, known)
    form = discord.ui.Modal(title=title, custom_id=ids.make(SUBMIT, owner, server, mark), timeout=None)
    form.add_item(
        discord.ui.Label(
            text="Port, address or words of the notes",
            description="I show the ports that have all of these words.",
            component=discord.ui.TextInput(
                custom_id=f"{FIELD}{ids.MARK}{mark}",
                placeholder="For example: 25565, voice chat",
                max_length=ids.PACKED,
                required=True,
            ),
        )
    )
    # A stopped form is sent but not kept.
    form.stop()
    return form


def found_words(server: GameServer, number: int, sought: str) -> str:
    """Say how many of how many were found."""
    of_all = count(len(server.allocations), "port")
    return f"🔎 Found {number or 'none'} of {of_all} with “{safe(sought, ids.PACKED)}”"


def turning(server: GameServer, shown: Page[Allocation], *, owner: int, sought: str, row: int) -> list[Item]:
    """Return the buttons to the pages before and after, to find, and back to all; none where all is on one page."""
    items: list[Item] = []
    if shown.pages > 1:
        for label, number in (("Previous", shown.number - 1), ("Next", shown.number + 1)):
            off = not 0 <= number < shown.pages
            items.append(rows.list_button(label, server, number, owner=owner, sought=sought, off=off, row=row))
    if sought or shown.pages > 1:
        items.append(button("Find", ids.make(FORM, owner, server.identifier), row=row))
    if sought:
        items.append(rows.list_button("Show all", server, 0, owner=owner, row=row))
    return items
