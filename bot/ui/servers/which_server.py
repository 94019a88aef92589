"""The picker where several servers fit what was typed, or none; choosing one goes on with what was wanted."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.lookup import NoSuchServer, SeveralServers
from bot.ui.parts import ids
from bot.ui.parts.paging import PER_PAGE
from bot.ui.parts.screen import Screen, Tone, button, embed, select
from bot.ui.parts.text import OPTIONS, clean, clip
from bot.ui.ports import finding
from bot.ui.ports.notices import Notice
from bot.ui.servers.servers import CREATE, PICK, option_words, refusals, row, servers_button

NOTES = "named.notes"
FORM = "named.form"
PRIMARY = "named.primary"
DELETE = "named.delete"
HISTORY = "named.history"
ADDRESS = "named.address"
"""Shows the name that players type."""
NAME = "named.join"
"""Gives the server the name that players type."""
_WANTED = {
    PICK: "Choose the one to open.",
    finding.PICK: "Choose the one to look in.",
    CREATE: "Choose the one that gets the new port.",
    NOTES: "Choose the one whose port gets the notes you gave.",
    FORM: "Choose the one whose port gets notes.",
    PRIMARY: "Choose the one whose primary changes.",
    DELETE: "Choose the one that loses a port; I ask once more before I remove it.",
    HISTORY: "Choose the one whose changes you want to see.",
    ADDRESS: "Choose the one whose address you want to see.",
    NAME: "Choose the one that gets the name you gave.",
}


def which_server(meant: SeveralServers | NoSuchServer, verb: str, args: Sequence[str], *, owner: int) -> Screen:
    """Return the servers that might be meant; choosing one runs `verb` with `args`.

    Where that is one alone, a button goes on with it. Raises `meant` where there is none.
    """
    if not meant.servers:
        raise meant
    offered = meant.servers[:OPTIONS]
    several = len(offered) > 1
    lines = [meant.detail, _WANTED[verb] if several else _is_it(verb)]
    if verb not in (PICK, finding.PICK, HISTORY, ADDRESS):
        lines.append("Nothing was changed yet.")
    if len(offered) < len(meant.servers):
        lines.append(f"The first {len(offered)} are offered; {{/servers}} shows all.")
    shown = [row(server) for server in offered[:PER_PAGE]]
    custom_id = ids.make(verb, owner, 0, *args)
    refused = refusals(offered) if verb == CREATE else {}
    item = (
        select(
            custom_id,
            [
                (server.name, server.identifier, refused.get(server.identifier) or option_words(server))
                for server in offered
            ],
            placeholder="Choose a server",
            row=0,
        )
        if several
        else button(
            f"Go on with {clip(clean(offered[0].name), 60) or 'this server'}",
            f"{custom_id}:{offered[0].identifier}",
            style=discord.ButtonStyle.primary,
            row=0,
        )
    )
    text = "\n".join([" ".join(line for line in lines if line), "", *shown])
    return Screen(
        embed(meant.title, text, tone=Tone.NEUTRAL if several else Tone.WARNING), [item, servers_button(owner, row=1)]
    )


def _is_it(verb: str) -> str:
    return f"Is it this one? Press below to {'add the port to it' if verb == CREATE else 'go on with it'}."


def of_guess(meant: NoSuchServer) -> Notice:
    """Return what stands above a server that is shown because it is the only one that might be meant."""
    return Notice(f"🔎 {meant.detail} This is the only one that might be meant.", Tone.NEUTRAL)
