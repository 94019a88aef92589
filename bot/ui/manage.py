"""The manage panel: a server's allocations on one page, and one allocation with what can be done to it."""

from __future__ import annotations

import discord

from bot.domain import rules
from bot.domain.models import Allocation, GameServer
from bot.ui import ids
from bot.ui.notices import Notice, address_words
from bot.ui.paging import page_of
from bot.ui.screen import Item, Screen, Tone, button, embed, select
from bot.ui.text import clean, code, safe

_NAME = 100
_NOTES_IN_LIST = 90


def panel(
    server: GameServer,
    *,
    owner: int,
    page: int = 0,
    notice: Notice | None = None,
    auto_allocation_off: bool = False,
) -> Screen:
    """Return the list of a server's allocations with its controls; `notice` tells what just happened."""
    shown = page_of(server.allocations, page)
    cannot_add = rules.cannot_create(server, auto_allocation_off=auto_allocation_off)
    lines = [notice.text, ""] if notice else []
    lines += [_usage(server), *_warnings(server), ""]
    lines += [_row(row) for row in shown.rows] or ["This server shows no allocations."]
    if cannot_add:
        lines += ["", f"**Add allocation** is off: {cannot_add}"]
    items: list[Item] = []
    if shown.rows:
        items.append(
            select(
                ids.make("alloc.pick", owner, server.identifier, shown.number),
                [(row.address, str(row.id), _option_words(row)) for row in shown.rows],
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
    if server.primary:
        items.append(button("Share address", ids.make("alloc.share", owner, server.identifier), row=1))
    if notice and notice.undo:
        items.append(button("Undo", ids.make("alloc.undo", owner, server.identifier, *notice.undo), row=2))
    if shown.pages > 1:
        items += _turning(server, owner, shown.number, shown.pages)
    return Screen(
        embed(
            safe(server.name, _NAME) or "Server",
            "\n".join(lines),
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


def detail(server: GameServer, row: Allocation, *, owner: int, page: int = 0, notice: Notice | None = None) -> Screen:
    """Return one allocation with Set as primary, Edit notes, Delete and Back; what is off says why."""
    reasons = {
        "Set as primary": rules.cannot_promote(server, row),
        "Edit notes": rules.cannot_update(server),
        "Delete": rules.cannot_delete(server, row),
    }
    lines = [notice.text, ""] if notice else []
    lines += [f"{code(server.identifier)} · {safe(server.name, _NAME)}", "", _row(row, notes_limit=191)]
    off = [f"**{label}** is off: {reason}" for label, reason in reasons.items() if reason]
    lines += ["", *off] if off else []
    primary = server.primary.id if server.primary else ids.NONE
    where = (owner, server.identifier, row.id)
    return Screen(
        embed("Allocation", "\n".join(lines), tone=notice.tone if notice else Tone.NEUTRAL),
        [
            button(
                "Set as primary",
                ids.make("alloc.primary", *where, primary),
                style=discord.ButtonStyle.primary,
                disabled=reasons["Set as primary"] is not None,
            ),
            button("Edit notes", ids.make("alloc.notes", *where, page), disabled=reasons["Edit notes"] is not None),
            button("Delete…", ids.make("alloc.ask", *where, page), disabled=reasons["Delete"] is not None),
            button("Back", ids.make("alloc.list", owner, server.identifier, page)),
        ],
    )


def confirm_delete(server: GameServer, row: Allocation, *, owner: int, page: int = 0) -> Screen:
    """Return the question before a deletion; the danger button names the object."""
    lines = [
        f"{address_words(row)} of **{safe(server.name, _NAME)}**",
        "",
        "Players can no longer connect there after the game server's next start. The port may go to another "
        "customer at once and cannot be asked for again.",
    ]
    if row.notes:
        lines.append(f"Its notes are lost as well: {safe(row.notes, 191)}")
    name = row.bare_address if row.port else f"allocation {row.id}"
    return Screen(
        embed("⚠️ Delete this allocation?", "\n".join(lines), tone=Tone.WARNING),
        [
            button("Cancel", ids.make("alloc.show", owner, server.identifier, row.id, page)),
            button(
                f"Delete {clean(name)}",
                ids.make("alloc.delete", owner, server.identifier, row.id, page, ids.nonce()),
                style=discord.ButtonStyle.danger,
            ),
        ],
    )


def outcome(server: str, notice: Notice, *, owner: int) -> Screen:
    """Return what became of a change where the server itself could not be read."""
    return Screen(
        embed("Allocation", notice.text, tone=notice.tone),
        [button("Show allocations", ids.make("alloc.list", owner, server, 0))],
    )


def shared_address(server: GameServer) -> str | None:
    """Return the one public line with the server's name and primary address only; None without a primary."""
    if server.primary is None:
        return None
    return f"**{safe(server.name, _NAME)}**: {code(server.primary.address)}"


def _usage(server: GameServer) -> str:
    used = "at least 1" if server.restricted else str(len(server.allocations))
    limit = server.limit or 0
    words = f"{used} of {limit} allocations used, the primary included" if limit else f"{used} used, no limit set"
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
        lines.append("⚠️ No allocation is the primary. Set one, or the game server may not start.")
    return lines


def _row(row: Allocation, *, notes_limit: int = _NOTES_IN_LIST) -> str:
    address = code(row.address)
    if row.alias:
        address += f" (IP {code(row.bare_address)})"
    line = f"⭐ {address} **Primary**" if row.is_primary else f"▫️ {address}"
    return f"{line}\n\u2003📝 {safe(row.notes, notes_limit)}" if row.notes else line


def _option_words(row: Allocation) -> str:
    parts = ["Primary"] if row.is_primary else []
    if row.notes:
        parts.append(clean(row.notes))
    return " · ".join(parts) or "No notes"
