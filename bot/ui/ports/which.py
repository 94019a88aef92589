"""The picker where several allocations fit what was typed; choosing one goes on with what was wanted."""

from __future__ import annotations

import discord

from bot.domain import rules
from bot.domain.lookup import AmbiguousAllocation, UnseenAllocation
from bot.domain.models import GameServer
from bot.ui.keys.keyspage import mending
from bot.ui.parts import ids
from bot.ui.parts.screen import Screen, Tone, button, embed, select
from bot.ui.parts.text import OPTION_LABEL, OPTIONS, address, clean, code, named
from bot.ui.servers.servers import servers_button

PRIMARY = "pick.primary"
DELETE = "pick.delete"
FORM = "pick.form"
NOTES = "pick.notes"
TYPED = "pick.typed"
_WANTED = {
    PRIMARY: "Choose the one that becomes the primary.",
    DELETE: "Choose the one to remove; I ask once more before I do.",
    FORM: "Choose the one whose notes you want to write.",
    NOTES: "Choose the one that gets the notes you gave.",
    TYPED: "Choose the one that gets the notes you gave.",
}


def which_allocation(several: AmbiguousAllocation, verb: str, token: str, *, owner: int) -> Screen:
    """Return the allocations that fit, for the command that `verb` goes on with; `token` leads to the text kept."""
    server = several.server
    if server is None:
        raise several
    rows = several.rows[:OPTIONS]
    lines = [
        f"{several.detail} {_WANTED[verb]} Nothing was changed yet.",
    ]
    if len(rows) < len(several.rows):
        lines.append(f"Only the first {len(rows)} are offered: name any other by its address and port.")
    options = []
    for row in rows:
        parts = [
            *(["Primary"] if row.is_primary else []),
            f"IP {row.bare_address}" if row.other else row.label or "",
            row.notes or "",
        ]
        words = " · ".join(clean(part) for part in parts if part) or f"id {row.id}"
        options.append((address(row.address, OPTION_LABEL), str(row.id), words))
    return Screen(
        embed(_title(several.title, server), "\n".join(lines), footer=_footer(server)),
        [
            select(ids.make(verb, owner, server.identifier, token), options, placeholder="Choose a port"),
            button("Cancel", ids.make("alloc.list", owner, server.identifier, 0)),
            servers_button(owner),
        ],
    )


def unseen_allocation(unseen: UnseenAllocation, verb: str, token: str, *, owner: int) -> Screen:
    """Return the question before a change of an allocation that the panel does not show to this person."""
    server = unseen.server
    if server is None:
        raise unseen
    label = f"Make #{unseen.number} the primary" if verb == PRIMARY else f"Save for #{unseen.number}"
    asked = "Make it the primary?" if verb == PRIMARY else "Save the notes you gave for it, whatever it has now?"
    reason = rules.cannot_update(server)
    lines = [
        f"I cannot see the port with the id {code(f'#{unseen.number}')}: you lack the panel permission "
        f"`allocation.read`, so {{panel}} shows me neither its address nor whether this server has it. {asked}",
    ]
    if reason:
        lines += ["", f"**{label}** is off: {reason}"]
    return Screen(
        embed(_title(f"⚠️ {unseen.title}", server), "\n".join(lines), tone=Tone.WARNING, footer=_footer(server)),
        [
            button("Cancel", ids.make("alloc.list", owner, server.identifier, 0)),
            button(
                label,
                ids.make(verb, owner, server.identifier, token, unseen.number),
                style=discord.ButtonStyle.primary,
                disabled=reason is not None,
            ),
            *mending(server),
        ],
    )


def _title(question: str, server: GameServer) -> str:
    return f"{question} · {named(server.name, 100)}"


def _footer(server: GameServer) -> str:
    return f"Server {server.identifier}"
