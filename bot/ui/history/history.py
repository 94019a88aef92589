"""The record of a person's own changes, and one change with Undo where that still makes sense."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.domain.models import NOTES_LIMIT
from bot.domain.record import Entry, Outcome, Values
from bot.errors import UndoOff
from bot.nextstep import NextStep
from bot.services.changing.history import HistoryPage
from bot.ui.history.everyone import everyone_button
from bot.ui.keys.keyspage import server_page_button
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, button, detail_of, embed, select
from bot.ui.parts.text import BUTTON_LABEL, OPTION_LABEL, address, ago, clean, clip, code, named, safe, spot, when
from bot.ui.ports.notices import primary_again
from bot.ui.ports.rows import show_allocations
from bot.ui.servers.servers import servers_button

_VERBS = {"create": "added", "notes": "noted", "primary": "made primary", "delete": "removed"}
_OUTCOMES = {
    Outcome.DONE: ("✅", ""),
    Outcome.NOT_DONE: ("❌", "not "),
    Outcome.REFUSED: ("🚫", "refused, not "),
    Outcome.UNKNOWN: ("❔", "perhaps "),
}
ALL = "all"
_QUOTED = BUTTON_LABEL - 16
"""Characters of notes in the label of a button."""


def history(page: HistoryPage, *, owner: int, server: str | None, days: int, name: str | None = None) -> Screen:
    """Return one page of changes, newest first; choosing one shows it with what can be undone.

    `name` is what the server is called, where that is known; else the newest change says it.
    """
    scope = server or ALL
    title = f"Your changes · {_called(server, name, page)}" if server else "Your changes"
    where = " of yours on this server" if server else ""
    ways = [servers_button(owner, row=2)]
    if server:
        ways = [everyone_button(owner, server, row=2), show_allocations(owner, server, row=2), *ways]
    if not page.entries:
        return Screen(
            embed(
                title,
                f"No changes{where} on record. I keep the ones you make through me for {days} days.",
                footer=_footer(page, server),
            ),
            ways,
        )
    lines = [f"Your own changes, newest first, kept for {days} days.", ""]
    lines += [_line(entry, named_too=server is None) for entry in page.entries]
    items: list[Item] = [
        select(
            ids.make("history.pick", owner, scope, page.number),
            [_option(entry, page.at, named_too=server is None) for entry in page.entries],
            placeholder="Choose a change to look at or undo",
            row=0,
        )
    ]
    if page.pages > 1:
        items += [
            button(
                label,
                ids.make("history.list", owner, scope, number),
                disabled=not 0 <= number < page.pages,
                row=1,
            )
            for label, number in (("Previous", page.number - 1), ("Next", page.number + 1))
        ]
    return Screen(embed(title, "\n".join(lines), footer=_footer(page, server)), [*items, *ways])


def _called(server: str, name: str | None, page: HistoryPage) -> str:
    known = name or (page.entries[0].server_name if page.entries else f"Server {server}")
    return named(known, 100)


def _footer(page: HistoryPage, server: str | None) -> str:
    pages = f"Page {page.number + 1} of {page.pages}" if page.pages > 1 else ""
    return " · ".join(part for part in (pages, f"Server {server}" if server else "") if part)


def change(entry: Entry, off: UndoOff | None, *, owner: int, scope: str, page: int) -> Screen:
    """Return one change with Undo, or with the reason why it cannot be undone."""
    lines = [
        _line(entry, named_too=False),
        "",
        f"**Before**: {'it was not there' if entry.verb == 'create' else _values(entry.before)}",
        f"**{'After' if entry.outcome is Outcome.DONE else 'Asked for'}**: {_wanted(entry)}",
        f"**Server**: {named(entry.server_name, 100)} {code(entry.server)}",
    ]
    undo = _undoing(entry, owner=owner) if off is None else _off(entry, owner=owner)
    items = [undo, show_allocations(owner, entry.server)]
    if off:
        lines += ["", f"**Undo** is off: {detail_of(off)}"]
        items += [server_page_button(entry.server)] if off.next_step is NextStep.PANEL_SERVER else []
    return Screen(
        embed(f"Your change · {_object(entry)}", "\n".join(lines)),
        [*items, button("Back", ids.make("history.list", owner, scope, page))],
    )


def _object(entry: Entry) -> str:
    port = _port_of(entry)
    return f"{f'Port {port}' if port else 'A port'} · {named(entry.server_name, 100)}"


def _port_of(entry: Entry) -> str:
    """Return the port at the end of the address on record; nothing where no number is there."""
    port = (entry.address or "").rpartition(":")[2]
    return port if port.isascii() and port.isdecimal() and len(port) <= 5 else ""


def _undoing(entry: Entry, *, owner: int) -> Item:
    """Return the button that undoes this change, and names what it will do; of an addition it asks first."""
    if entry.verb == "create":
        return button(
            f"Remove {_port_of(entry) or 'it'}…",
            ids.make("alloc.ask", owner, entry.server, entry.allocation_id or 0, 0),
        )
    before = entry.before or {}
    words = primary_again(str(before.get("address") or ""))
    if entry.verb == "notes":
        notes = clean(str(before.get("notes") or ""))
        words = f"Notes back to “{clip(notes, _QUOTED)}”" if notes else "Clear the notes"
    return undo_button(owner, entry.number, entry.server, label=words, style=discord.ButtonStyle.primary)


def _off(entry: Entry, *, owner: int) -> Item:
    return undo_button(owner, entry.number, entry.server, disabled=True)


def history_button(owner: int, server: str, *, row: int) -> Item:
    """Return the button from a server's list to a person's own changes there."""
    return button("History", ids.make("history.list", owner, server, 0), row=row)


def undo_button(
    owner: int,
    number: int,
    server: str,
    *,
    label: str = "Undo",
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
    row: int | None = None,
) -> Item:
    """Return the button that undoes a change on the record, if what it undoes still holds by then."""
    custom_id = ids.make("history.undo", owner, number, server, ids.nonce())
    return button(label, custom_id, style=style, disabled=disabled, row=row)


def _line(entry: Entry, *, named_too: bool) -> str:
    """Return a change on one line; with the server's name where the message does not say it already."""
    where = spot(entry.address, 60) if entry.address else "a port"
    what = f"{_done(entry)} {where}"
    if entry.verb == "notes":
        what += f": {_noted(entry, 60)}"
    elif entry.verb == "primary" and entry.before:
        what = f"{_done(entry)} {spot(str(entry.before.get('address') or '?'), 60)} → {where}"
    server = [named(entry.server_name, 40)] if named_too else []
    return " · ".join([what, *server, when(entry.at)])


def _done(entry: Entry) -> str:
    """Return what was done, or was not, with its mark: in the past, as all of them."""
    mark, prefix = _OUTCOMES[entry.outcome]
    words = f"{prefix}{_VERBS.get(entry.verb, 'changed')}"
    return f"{mark} {words[:1].upper()}{words[1:]}"


def _noted(entry: Entry, limit: int) -> str:
    before = "not known" if entry.before is None else safe(str(entry.before.get("notes") or ""), limit) or "no notes"
    after = safe(str((entry.after or {}).get("notes") or ""), limit) or "no notes"
    return f"{before} → {after}"


def _wanted(entry: Entry) -> str:
    if entry.verb == "delete":
        return "gone"
    if entry.verb == "create" and entry.outcome is not Outcome.DONE:
        return f"a new port, {_values(entry.after)}"
    return _values(entry.after)


def _values(values: Values | None) -> str:
    if values is None:
        return "not known"
    if "primary" in values:
        return f"primary {spot(str(values.get('address') or values['primary']))}"
    notes = values.get("notes")
    return f"notes {safe(str(notes), NOTES_LIMIT)}" if notes else "no notes"


def _option(entry: Entry, now: datetime, *, named_too: bool) -> tuple[str, str, str]:
    """Return a change as an option of the select: what was done, its number, and when, from what to what, where."""
    server = clip(clean(entry.server_name), 30) if named_too else ""
    label = clip(f"{_done(entry)} {address(entry.address or 'a port', 70)}", OPTION_LABEL)
    parts = [ago(entry.at, now=now), _from_to(entry), server]
    return label, str(entry.number), " · ".join(part for part in parts if part)


def _from_to(entry: Entry) -> str:
    """Return from what to what, plain, for the description of an option, where no markdown is read."""
    if entry.verb == "primary" and entry.before:
        return f"{address(str(entry.before.get('address') or '?'), 30)} → {address(entry.address or '?', 30)}"
    if entry.verb == "notes":
        before = "not known" if entry.before is None else _bare(entry.before)
        return f"{before} → {_bare(entry.after or {})}"
    if entry.verb == "create":
        return f"new → {_bare(entry.after or {})}"
    return f"{'not known' if entry.before is None else _bare(entry.before)} → gone" if entry.verb == "delete" else ""


def _bare(values: Values) -> str:
    return clip(clean(str(values.get("notes") or "")), 28) or "no notes"
