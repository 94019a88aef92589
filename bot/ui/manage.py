"""The manage panel: a server's allocations on one page, and one allocation with what can be done to it."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain import rules
from bot.domain.models import NOTES_LIMIT, Allocation, GameServer
from bot.services.changes import Verb
from bot.ui import ids
from bot.ui.history import undo_button
from bot.ui.notices import Notice, address_words, of_looking
from bot.ui.paging import page_of
from bot.ui.screen import Item, Screen, Tone, button, embed, select
from bot.ui.share import share_button
from bot.ui.text import DESCRIPTION, OPTION_LABEL, address, clean, code, named, safe, spot

_NAME = 100
_ROW_LIMITS = ((200, 90), (80, 60), (60, 30), (40, 0))
"""Characters of an address and of notes in a list; the later pairs where the message would be too long."""
_SPARE = 100
"""Characters kept free for what is put into a text when it is sent, as clickable mentions."""


def panel(
    server: GameServer,
    *,
    owner: int,
    page: int = 0,
    notice: Notice | None = None,
    auto_allocation_off: bool = False,
    share: bool = False,
) -> Screen:
    """Return the list of a server's allocations with its controls; `notice` tells what just happened.

    `share` is whether this person may post the server's address.
    """
    shown = page_of(server.allocations, page)
    cannot_add = rules.cannot_create(server, auto_allocation_off=auto_allocation_off)
    lines = [notice.text, ""] if notice else []
    lines += [_usage(server), *_warnings(server), ""]
    below = ["", f"**Add allocation** is off: {cannot_add}"] if cannot_add else []
    items: list[Item] = []
    if shown.rows:
        items.append(
            select(
                ids.make("alloc.pick", owner, server.identifier, shown.number),
                [(address(row.address, OPTION_LABEL), str(row.id), _option_words(row)) for row in shown.rows],
                placeholder="Choose an allocation to manage",
                row=0,
            )
        )
    items.append(
        button(
            "Add allocation",
            ids.make("alloc.add", owner, server.identifier, ids.nonce()),
            style=discord.ButtonStyle.primary,
            disabled=cannot_add is not None,
            row=1,
        )
    )
    items.append(button("Refresh", ids.make("alloc.list", owner, server.identifier, shown.number), row=1))
    if share:
        items.append(share_button(server, owner=owner, page=shown.number, row=1))
    if notice and notice.undo:
        items.append(undo_button(owner, notice.undo, server.identifier, row=2))
    if shown.pages > 1:
        items += _turning(server, owner, shown.number, shown.pages)
    return Screen(
        embed(
            named(server.name, _NAME),
            _with_rows(lines, shown.rows, below),
            tone=notice.tone if notice else Tone.NEUTRAL,
            footer=shown.words or None,
        ),
        items,
    )


def _turning(server: GameServer, owner: int, number: int, pages: int) -> list[Item]:
    return [
        button(
            "Previous",
            ids.make("alloc.list", owner, server.identifier, number - 1),
            disabled=number == 0,
            row=2,
        ),
        button(
            "Next",
            ids.make("alloc.list", owner, server.identifier, number + 1),
            disabled=number == pages - 1,
            row=2,
        ),
    ]


def detail(server: GameServer, row: Allocation, *, owner: int, page: int = 0) -> Screen:
    """Return one allocation with Set as primary, Edit notes, Delete and Back; what is off says why."""
    reasons = {
        "Set as primary": rules.cannot_promote(server, row),
        "Edit notes": rules.cannot_update(server),
        "Delete": rules.cannot_delete(server, row),
    }
    lines = [f"{code(server.identifier)} · {named(server.name, _NAME)}", "", _row(row, notes_limit=NOTES_LIMIT)]
    off = [f"**{label}** is off: {reason}" for label, reason in reasons.items() if reason]
    lines += ["", *off] if off else []
    where = (owner, server.identifier, row.id)
    return Screen(
        embed("Allocation", "\n".join(lines)),
        [
            button(
                "Set as primary",
                ids.make("alloc.primary", *where),
                style=discord.ButtonStyle.primary,
                disabled=reasons["Set as primary"] is not None,
            ),
            button("Edit notes", ids.make("alloc.notes", *where, page), disabled=reasons["Edit notes"] is not None),
            button("Delete…", ids.make("alloc.ask", *where, page), disabled=reasons["Delete"] is not None),
            button("Back", ids.make("alloc.list", owner, server.identifier, page)),
        ],
    )


def confirm_delete(server: GameServer, row: Allocation, *, owner: int, page: int = 0) -> Screen:
    """Return the question before a deletion; the danger button names the object, and is off where it cannot work."""
    reason = rules.cannot_delete(server, row)
    lines = [
        f"{address_words(row)} of **{named(server.name, _NAME)}**",
        "",
        "Players can no longer connect there after the game server's next start. The port may go to another "
        "customer at once and cannot be asked for again.",
    ]
    if not row.port:
        lines += ["", _unseen(server)]
    if row.notes:
        lines.append(f"Its notes are lost as well: {safe(row.notes, NOTES_LIMIT)}")
    if reason:
        lines += ["", f"**Delete** is off: {reason}"]
    name = row.bare_address if row.port else f"allocation {row.id}"
    return Screen(
        embed("⚠️ Delete this allocation?", "\n".join(lines), tone=Tone.WARNING),
        [
            button("Cancel", ids.make("alloc.show", owner, server.identifier, row.id, page)),
            button(
                f"Delete {clean(name)}",
                ids.make("alloc.delete", owner, server.identifier, row.id, page, ids.nonce()),
                style=discord.ButtonStyle.danger,
                disabled=reason is not None,
            ),
        ],
    )


def _unseen(server: GameServer) -> str:
    """Say what is not known of an allocation that the panel does not show to this person."""
    why = "⚠️ I cannot see which allocation this is: you lack the panel permission `allocation.read`."
    if server.primary:
        return f"{why} All I know is that it is not the primary, which is {spot(server.primary.address)}."
    return f"{why} Nor can I see whether it is the primary."


def outcome(server: str, notice: Notice, *, owner: int) -> Screen:
    """Return what became of a change where the server as it is now could not be read."""
    items = [button("Show allocations", ids.make("alloc.list", owner, server, 0))]
    if notice.undo:
        items.append(undo_button(owner, notice.undo, server))
    return Screen(embed("Allocation", notice.text, tone=notice.tone), items)


def looking(verb: Verb) -> Screen:
    """Return what is shown while it is being looked what became of a change whose answer was lost."""
    notice = of_looking(verb)
    return Screen(embed("Allocation", notice.text, tone=notice.tone))


def _usage(server: GameServer) -> str:
    seen = len(server.allocations)
    used = f"at least {seen}" if server.restricted else str(seen)
    if server.limit is None:
        words = f"{used} used, no limit set"
    elif server.limit <= 0:
        words = f"{used} used, the limit is 0"
    else:
        noun = "allocation" if server.limit == 1 else "allocations"
        included = ", the primary included" if server.primary else ""
        words = f"{used} of {server.limit} {noun} used{included}"
    node = f" · node {safe(server.node, 40)}" if server.node else ""
    return f"{code(server.identifier)} · {words}{node}"


def _warnings(server: GameServer) -> list[str]:
    lines = []
    blocked = rules.blocked(server)
    if blocked:
        lines.append(f"⚠️ {blocked}")
    if server.restricted:
        lines.append(
            "⚠️ Restricted view: you lack the panel permission `allocation.read`, so the panel shows only the "
            f"primary. {rules.GRANTED_BY}"
        )
    if server.allocations and server.primary is None:
        lines.append(
            "⚠️ No allocation is the primary. Choose one below and set it as primary, or the game server may not start."
        )
    return lines


def _with_rows(above: Sequence[str], rows: Sequence[Allocation], below: Sequence[str]) -> str:
    """Return the text with all rows of the page, shortened as far as it takes to fit."""
    text = ""
    for address_limit, notes_limit in _ROW_LIMITS:
        drawn = [_row(row, address_limit=address_limit, notes_limit=notes_limit) for row in rows]
        text = "\n".join([*above, *(drawn or ["This server shows no allocations."]), *below])
        if len(text) <= DESCRIPTION - _SPARE:
            break
    return text


def _row(row: Allocation, *, address_limit: int = 200, notes_limit: int) -> str:
    where = spot(row.address, address_limit)
    if row.alias:
        where += f" (IP {spot(row.bare_address, address_limit)})"
    line = f"⭐ {where} **Primary**" if row.is_primary else f"▫️ {where}"
    return f"{line}\n\u2003📝 {safe(row.notes, notes_limit)}" if row.notes else line


def _option_words(row: Allocation) -> str:
    parts = ["Primary"] if row.is_primary else []
    if row.notes:
        parts.append(clean(row.notes))
    return " · ".join(parts) or "No notes"
