"""The ports of a plan, a line for each: as the panel told of it in this action, and as it was known before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.models import Allocation, GameServer
from bot.domain.plan import Item, ItemState
from bot.services.several.running import Progress
from bot.ui.parts.text import safe, spot
from bot.ui.ports.purposes import game_lines

_NOTES = 90


def lines_of(now: Progress) -> list[str]:
    """Return a line for each port of a plan."""
    return [
        _line(item, now.seen, is_away=index in now.away, was_told=index in now.told)
        for index, item in enumerate(now.plan.items)
    ]


def for_the_game(now: Progress) -> list[Sequence[str]]:
    """Return what to write into the game, for each port whose notes name a purpose."""
    rows = [_row_of(item, now.seen) for item in now.made if item.sure]
    return [block for block in map(game_lines, rows) if block]


def _row_of(item: Item, seen: GameServer | None) -> Allocation:
    """Return the port that was made for an item: as it was last read, else as it was asked for."""
    told = seen.allocation(item.allocation) if seen is not None and item.allocation is not None else None
    if seen is None or told is None:
        return Allocation(item.allocation or 0, "", None, item.port or 0, item.notes, is_primary=False)
    is_unwritten = item.lacks_notes and told.notes is None
    return replace(told, notes=item.notes) if is_unwritten or not seen.shows_notes(told) else told


def _line(item: Item, seen: GameServer | None, *, is_away: bool, was_told: bool) -> str:
    where = spot(item.address) if item.address else f"the port with id {item.allocation}"
    if item.is_made and not is_away:
        row = _row_of(item, seen)
        primary = " · **Primary**" if row.is_primary else ""
        purpose = f"{where}{primary} · {_purpose(row.notes)}"
        then = "" if was_told else " (when I last looked)"
        if not item.sure:
            return f"❔ {purpose}: very likely, for it was not there before. I did not write its notes.{then}"
        lacks = " (not written yet)" if item.lacks_notes and row.notes == item.notes else ""
        return f"✅ {purpose}{lacks}{then}"
    purpose = _purpose(item.notes)
    if item.is_made:
        return f"▫️ {where} · {purpose}: added, and no longer there."
    if item.state is ItemState.GONE:
        return f"❌ {where} · {purpose}: did not stay."
    if item.state is ItemState.ASKED:
        likely = f", perhaps as {where}" if item.allocation else ""
        return f"❔ {purpose}: asked for{likely}, and I do not know whether it was added."
    if item.state is ItemState.UNKNOWN:
        return f"❔ {purpose}: asked for, and I cannot tell which port it is. I do not ask for it again."
    return f"▫️ {purpose}"


def _purpose(notes: str | None) -> str:
    return safe(notes or "", _NOTES) or "no notes"
