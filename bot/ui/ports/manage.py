"""The manage panel: a server's allocations on one page, and what became of a change of them."""

from __future__ import annotations

import discord

from bot.domain import rules
from bot.domain.models import Allocation, GameServer
from bot.domain.room import no_room
from bot.services.changing.changes import Change
from bot.services.offers import Offers
from bot.ui.address.joining import first_line, show_button
from bot.ui.address.share import share_button
from bot.ui.history.history import history_button, undo_button
from bot.ui.keys.keyspage import mending
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, embed
from bot.ui.parts.text import count, low, named
from bot.ui.ports import finding, rows
from bot.ui.ports.copying import copy_button
from bot.ui.ports.notices import Notice, of_looking
from bot.ui.power import LABEL, LOOK, power_button
from bot.ui.servers.servers import servers_button

_NAME = 100
_NOTHING_MORE = Offers()


def panel(
    server: GameServer,
    *,
    owner: int,
    page: int = 0,
    notice: Notice | None = None,
    offers: Offers = _NOTHING_MORE,
    sought: str = "",
    added: Allocation | None = None,
) -> Screen:
    """Return the list of a server's allocations with its controls; `notice` tells what just happened.

    `sought` are words that what is shown has, and `added` is what was just added, with what mostly comes next.
    """
    shown = rows.page(server, page, sought)
    cannot_add = rules.cannot_create(server, auto_allocation_off=offers.self_service_off)
    lines = [notice.text, ""] if notice else []
    counted = finding.found_words(server, shown.total, sought) if sought else _usage(server)
    typed = first_line(server, astray=notice is not None and notice.astray)
    lines += [*([typed] if typed else []), counted, *_warnings(server), ""]
    add = "Add another" if added else "Add port"
    why_not = _why_not(server, cannot_add, add)
    below = ["", why_not] if why_not else []
    items = [rows.port_select(server, shown, owner=owner, sought=sought)] if shown.rows else []
    items += _next_steps(server, added, owner=owner, page=shown.number) if added else []
    items += _adding(server, add, owner=owner, page=shown.number, first=added is None, off=cannot_add is not None)
    # What mostly comes after an addition leaves no room for it in that row.
    items += [] if added else [history_button(owner, server.identifier, row=1)]
    undo = (
        [undo_button(owner, notice.undo, server.identifier, label=notice.undo_words, row=1 if added else 3)]
        if notice and notice.undo
        else []
    )
    items += undo
    if notice and notice.says_dns:
        items.append(show_button(server.identifier, owner=owner, row=3))
    items.append(rows.list_button(rows.REFRESH, server, shown.number, owner=owner, sought=sought, row=2))
    if server.primary:
        items.append(copy_button(server, None, owner=owner, row=2, page=shown.number))
    if offers.share:
        items.append(share_button(server, owner=owner, page=shown.number, row=2))
    items.append(servers_button(owner, row=2))
    mend = mending(server, row=2)
    items += mend
    if offers.power and not mend:
        label = LOOK if offers.only_looks else LABEL
        items.append(power_button(server.identifier, owner=owner, label=label, row=2))
    items += finding.turning(server, shown, owner=owner, sought=sought, row=3)
    nothing = "Try fewer letters, or press **Show all**." if sought else "{panel} shows no ports of this server."
    return Screen(
        embed(
            named(server.name, _NAME),
            rows.with_rows(lines, shown.rows, below, empty=nothing),
            tone=notice.tone if notice else Tone.NEUTRAL,
            footer=rows.whereabouts(server, shown),
        ),
        items,
    )


def lines_of_list(server: GameServer, shown: int) -> int:
    """Return how many lines the list has with so many rows: they, and what is said above and below."""
    above = [*([first] if (first := first_line(server)) else []), _usage(server), *_warnings(server), ""]
    below = ["", ""] if _why_not(server, rules.cannot_create(server), "") else []
    return len(above) + shown + len(below)


def _adding(server: GameServer, label: str, *, owner: int, page: int, first: bool, off: bool) -> list[Item]:
    """Return the buttons that add one, and several; `first` where adding is what mostly comes next."""
    style = discord.ButtonStyle.primary if first else discord.ButtonStyle.secondary
    return [
        button(
            label, ids.make("alloc.add", owner, server.identifier, ids.nonce(), page), style=style, disabled=off, row=1
        ),
        button("Add several…", ids.make("several.ask", owner, server.identifier), disabled=off, row=1),
    ]


def _next_steps(server: GameServer, added: Allocation, *, owner: int, page: int) -> list[Item]:
    """Return what mostly comes after an addition, where it was not done with it and can be."""
    now = server.allocation(added.id) or added
    if rules.cannot_update(server):
        return []
    steps = []
    where = (owner, server.identifier, now.id)
    if not now.notes:
        steps.append(
            button(
                "What is it for?",
                ids.make("alloc.notes", *where, page),
                style=discord.ButtonStyle.primary,
                row=1,
            )
        )
    if not now.is_primary:
        steps.append(button("Make it the primary", ids.make("alloc.primary", *where), row=1))
    return steps


def outcome(server: str, change: Change, notice: Notice, *, owner: int) -> Screen:
    """Return what became of a change, by its `notice`, where the server as it is now could not be read."""
    items = [rows.show_allocations(owner, server)]
    if notice.undo:
        items.append(undo_button(owner, notice.undo, server, label=notice.undo_words))
    return Screen(embed(_title(server, change), notice.text, tone=notice.tone), items)


def _title(server: str, change: Change) -> str:
    """Return what a change was about, as far as it is known."""
    return rows.title_of(change.allocation, change.before.name if change.before else f"Server {server}")


def looking(server: str, change: Change) -> Screen:
    """Return what is shown while it is being looked what became of a change whose answer was lost."""
    notice = of_looking(change.verb)
    return Screen(embed(_title(server, change), notice.text, tone=notice.tone))


def _usage(server: GameServer) -> str:
    seen = len(server.allocations)
    perhaps_more = "at least " if server.restricted else ""
    if server.limit is None or server.limit <= 0:
        return f"{perhaps_more}{count(seen, 'port')} used".capitalize()
    return f"{perhaps_more}{seen} of {count(server.limit, 'port')} used".capitalize()


def _why_not(server: GameServer, reason: str | None, add: str) -> str | None:
    """Return why the button `add` is off, as far as the text above does not say it already, by a warning or numbers."""
    if reason is None or rules.blocked(server) or (server.restricted and not server.may("allocation.create")):
        return None
    obstacle = no_room(server)
    if obstacle and obstacle.counted and reason == obstacle.words:
        return f"**{add}** is off until there is room: {low(obstacle.remedy)}"
    return f"**{add}** is off. {reason}"


def _warnings(server: GameServer) -> list[str]:
    lines = []
    blocked = rules.blocked(server)
    if blocked:
        lines.append(f"⚠️ {blocked}")
    if server.restricted:
        off = "" if blocked or server.may("allocation.create") else ", and **Add port** is off"
        why = rules.missing_permission(server, "allocation.read", *(["allocation.create"] if off else []))
        lines.append(f"⚠️ You see the primary only{off}. {why}")
    if server.allocations and server.primary is None:
        lines.append(
            "⚠️ No port is the primary. Choose one below and make it the primary, or the game server may not start."
        )
    return lines
