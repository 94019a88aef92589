"""The record of a person's own changes, and one change with Undo where that still makes sense."""

from __future__ import annotations

import discord

from bot.domain.models import NOTES_LIMIT
from bot.domain.record import Entry, Outcome, Values
from bot.errors import UndoOff
from bot.services.history import HistoryPage
from bot.ui import ids
from bot.ui.everyone import everyone_button
from bot.ui.screen import Item, Screen, button, detail_of, embed, select
from bot.ui.text import address, clip, code, named, safe, spot, when

_VERBS = {"create": "Add", "notes": "Notes of", "primary": "Primary", "delete": "Delete"}
_MARKS = {
    Outcome.DONE: "✅ done",
    Outcome.NOT_DONE: "❌ not done",
    Outcome.REFUSED: "❌ refused",
    Outcome.UNKNOWN: "❔ unknown",
}
ALL = "all"


def history(page: HistoryPage, *, owner: int, server: str | None, days: int) -> Screen:
    """Return one page of changes, newest first; choosing one shows it with what can be undone."""
    scope = server or ALL
    where = f" on {code(server)}" if server else ""
    everyone = [everyone_button(owner, server, row=2)] if server else []
    if not page.entries:
        return Screen(
            embed("Your changes", f"No changes{where} on record. I keep the ones you make through me for {days} days."),
            everyone,
        )
    lines = [f"Your own changes{where}, newest first, kept for {days} days.", ""]
    lines += [_line(entry) for entry in page.entries]
    items: list[Item] = [
        select(
            ids.make("history.pick", owner, scope, page.number),
            [(_option(entry), str(entry.number), entry.server_name) for entry in page.entries],
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
    footer = f"Page {page.number + 1} of {page.pages}" if page.pages > 1 else None
    return Screen(embed("Your changes", "\n".join(lines), footer=footer), [*items, *everyone])


def change(entry: Entry, off: UndoOff | None, *, owner: int, scope: str, page: int) -> Screen:
    """Return one change with Undo, or with the reason why it cannot be undone."""
    lines = [
        _line(entry),
        "",
        f"**Before**: {'it was not there' if entry.verb == 'create' else _values(entry.before)}",
        f"**{'After' if entry.outcome is Outcome.DONE else 'Asked for'}**: {_wanted(entry)}",
        f"**Server**: {named(entry.server_name, 100)} {code(entry.server)}",
    ]
    if off:
        lines += ["", f"**Undo** is off: {detail_of(off)}"]
    return Screen(
        embed("A change of yours", "\n".join(lines)),
        [
            undo_button(owner, entry.number, entry.server, style=discord.ButtonStyle.primary, disabled=off is not None),
            button("Back", ids.make("history.list", owner, scope, page)),
        ],
    )


def undo_button(
    owner: int,
    number: int,
    server: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
    row: int | None = None,
) -> Item:
    """Return the button that undoes a change on the record, if what it undoes still holds by then."""
    custom_id = ids.make("history.undo", owner, number, server, ids.nonce())
    return button("Undo", custom_id, style=style, disabled=disabled, row=row)


def _line(entry: Entry) -> str:
    where = spot(entry.address, 60) if entry.address else "an allocation"
    what = f"{_VERBS.get(entry.verb, 'Changed')} {where}"
    if entry.verb == "notes":
        what += f": {safe(str((entry.after or {}).get('notes') or ''), 60) or 'cleared'}"
    elif entry.verb == "primary" and entry.before:
        what = f"Primary {spot(str(entry.before.get('address') or '?'), 60)} → {where}"
    return f"{when(entry.at)} · {named(entry.server_name, 40)} · {what} · {_MARKS[entry.outcome]}"


def _wanted(entry: Entry) -> str:
    if entry.verb == "delete":
        return "gone"
    if entry.verb == "create" and entry.outcome is not Outcome.DONE:
        return f"a new allocation, {_values(entry.after)}"
    return _values(entry.after)


def _values(values: Values | None) -> str:
    if values is None:
        return "not known"
    if "primary" in values:
        return f"primary {spot(str(values.get('address') or values['primary']))}"
    notes = values.get("notes")
    return f"notes {safe(str(notes), NOTES_LIMIT)}" if notes else "no notes"


def _option(entry: Entry) -> str:
    what = f"{_VERBS.get(entry.verb, 'Changed')} {address(entry.address or 'an allocation', 70)}"
    return clip(f"{what} · {entry.outcome.value}", 100)
