"""One allocation: its page with what can be done to it, and the question before it is removed."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain import rules
from bot.domain.models import NOTES_LIMIT, Allocation, GameServer
from bot.domain.search import found
from bot.services.changing.overwriting import seen_of
from bot.services.game.past import Waiting
from bot.ui.address.joining import first_line, no_address, show_button
from bot.ui.keys.keyspage import mending
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, embed
from bot.ui.parts.text import clean, named, safe, spot
from bot.ui.ports import rows
from bot.ui.ports.check import check_button
from bot.ui.ports.copying import copy_button
from bot.ui.ports.manage import lines_of_list
from bot.ui.ports.notices import address_words
from bot.ui.ports.purposes import game_lines
from bot.ui.power import lately_words

_NAME = 100
_MAKE, _EDIT, _REMOVE = "Make primary", "Edit notes", "Remove"
_KEPT = 9
"""Lines up to which an allocation's page is made as high as the list; beyond, it would be a screen of nothing."""
_IS_PRIMARY = "This is the primary, and the primary cannot be removed; make another port the primary first."


def detail(
    server: GameServer,
    row: Allocation,
    *,
    owner: int,
    sought: str = "",
    check: bool = False,
    lately: Waiting | None = None,
) -> Screen:
    """Return one allocation with what can be done to it, and Back; what is off says why, once.

    It is built as the list is from which it was chosen, of all or of those `sought`, so that the message keeps its
    height, and its buttons their place. `lately` is what this person did with it that the game has not seen, or may
    not have seen.
    """
    off = _off(server, row)
    listed = found(server, sought)
    if row not in listed:
        listed, sought = list(server.allocations), ""
    shown = rows.page(server, rows.page_with(listed, row.id), sought)
    where = (owner, server.identifier, row.id)
    items: list[Item] = []
    if shown.rows:
        items.append(rows.port_select(server, shown, owner=owner, sought=sought, chosen=row.id))
    items += [
        button(
            _MAKE,
            ids.make("alloc.primary", *where),
            style=discord.ButtonStyle.primary,
            disabled=_MAKE in off,
            row=1,
        ),
        button(_EDIT, ids.make("alloc.notes", *where, shown.number), disabled=_EDIT in off, row=1),
        *([check_button(server, row, owner=owner, at=1)] if check else []),
        *mending(server, row=1),
        copy_button(server, row, owner=owner, row=2),
        button(f"{_REMOVE}…", ids.make("alloc.ask", *where, shown.number), disabled=_REMOVE in off, row=2),
        *([show_button(server.identifier, owner=owner, row=2)] if row.is_primary else []),
        rows.list_button("Back", server, shown.number, owner=owner, sought=sought, row=2),
    ]
    typed = first_line(server) if row.is_primary else None
    lines = [*([typed] if typed else []), rows.line(row, notes_limit=0)]
    if row.other:
        lines.append(f"Its IP address is {spot(row.bare_address)}.")
    if row.label:
        lines.append(no_address(row.label))
    lines.append(f"📝 {safe(row.notes or '', NOTES_LIMIT) or 'No notes yet'}")
    to_write = game_lines(row)
    lines += [lately_words(lately)] if lately else []
    lines += ["", *to_write] if to_write else []
    lines += ["", *_said_once(off)] if off else []
    lines += [""] * (min(lines_of_list(server, len(shown.rows)), _KEPT) - len(lines))
    text, footer = "\n".join(lines), rows.whereabouts(server, shown)
    return Screen(embed(rows.title_of(row, server.name), text, footer=footer), items)


def _off(server: GameServer, row: Allocation) -> dict[str, str]:
    """Return the buttons that are off, with the reason; the same one for as many as it holds for."""
    blocked = rules.blocked(server)
    if blocked:
        return dict.fromkeys((_MAKE, _EDIT, _REMOVE), blocked)
    update, delete = rules.cannot_update(server), rules.cannot_delete(server, row)
    if row.is_primary:
        found = {_MAKE: _IS_PRIMARY, _EDIT: update, _REMOVE: _IS_PRIMARY}
    elif update and not server.may("allocation.delete"):
        both = rules.missing_permission(server, "allocation.update", "allocation.delete")
        found = dict.fromkeys((_MAKE, _EDIT, _REMOVE), both)
    else:
        found = {_MAKE: update, _EDIT: update, _REMOVE: delete}
    return {label: reason for label, reason in found.items() if reason}


def _said_once(off: Mapping[str, str]) -> list[str]:
    """Return a line for each reason, with the buttons for which it holds."""
    lines = []
    for reason in dict.fromkeys(off.values()):
        *first, last = [f"**{label}**" for label, other in off.items() if other == reason]
        lines.append(f"{', '.join(first)} and {last} are off. {reason}" if first else f"{last} is off. {reason}")
    return lines


def confirm_delete(server: GameServer, row: Allocation, *, owner: int, changed: bool = False) -> Screen:
    """Return the question before a deletion; the danger button names the object, and is off where it cannot work.

    It is in a row above Cancel: on a phone, the last row is where the finger just was. `changed` says that the notes
    are no longer what the person was shown before.
    """
    reason = rules.cannot_delete(server, row)
    anew = ["⚠️ Its notes have been changed since I asked. Nothing was removed yet.", ""] if changed else []
    lines = [
        *anew,
        address_words(row) if row.port else _unseen(server),
        "",
        "Players can no longer connect there after the game server's next start. The port may go to another "
        "customer at once and cannot be asked for again.",
    ]
    if row.notes:
        lines.append(f"Its notes are lost as well: {safe(row.notes, NOTES_LIMIT)}")
    if reason:
        lines += ["", f"**{_REMOVE}** is off. {reason}"]
    what, name = f"port {row.port}", row.bare_address
    if not row.port:
        what = name = f"the port with id {row.id}"
    page = rows.page_with(server.allocations, row.id)
    return Screen(
        embed(f"⚠️ Remove {what} of {named(server.name, _NAME)}?", "\n".join(lines), tone=Tone.WARNING),
        [
            button(
                f"{_REMOVE} {clean(name)}",
                ids.make("alloc.delete", owner, server.identifier, row.id, page, ids.nonce(), seen_of(server, row)),
                style=discord.ButtonStyle.danger,
                disabled=reason is not None,
                row=0,
            ),
            button("Cancel", ids.make("alloc.show", owner, server.identifier, row.id, page), row=1),
            *mending(server, row=1),
        ],
    )


def _unseen(server: GameServer) -> str:
    """Say what is not known of an allocation that the panel does not show to this person."""
    why = "I cannot see which port this is: you lack the panel permission `allocation.read`."
    if server.primary:
        return f"{why} All I know is that it is not the primary, which is {spot(server.primary.address)}."
    return f"{why} Nor can I see whether it is the primary."
