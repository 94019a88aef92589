"""A message's components as Discord takes them, and the view that hands them to discord.py.

Built directly: discord.py's own items are made to be kept and pressed, and cost a message more than all its texts do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

_ROWS = 5
_WIDTH = 5
"""Buttons in a row; a select takes all of it."""
_ROW, _BUTTON, _SELECT = 1, 2, 3
"""Discord's component types."""


@dataclass(frozen=True, slots=True)
class Item:
    """A component as Discord takes it; without a row it goes to the first that has room."""

    payload: dict[str, Any]
    row: int | None = None

    @property
    def width(self) -> int:
        """How much of a row it takes."""
        return _WIDTH if self.payload["type"] == _SELECT else 1


def button_of(
    label: str, *, custom_id: str, style: discord.ButtonStyle, disabled: bool = False, row: int | None = None
) -> Item:
    """Return a button that sends its custom_id."""
    payload = {"type": _BUTTON, "style": style.value, "label": label, "disabled": disabled, "custom_id": custom_id}
    return Item(payload, row)


def link_of(label: str, *, url: str, row: int | None = None) -> Item:
    """Return a button that opens an address."""
    return Item({"type": _BUTTON, "style": discord.ButtonStyle.link.value, "label": label, "url": url}, row)


def select_of(
    custom_id: str,
    options: Sequence[tuple[str, str, str | None]],
    *,
    placeholder: str,
    chosen: str | None = None,
    row: int | None = None,
    most: int = 1,
) -> Item:
    """Return a select of at `most` so many of the (label, value, description) options; a chosen one is shown."""
    return Item(
        {
            "type": _SELECT,
            "custom_id": custom_id,
            "placeholder": placeholder,
            "options": [
                {"label": label, "value": value}
                | ({"description": description} if description else {})
                | ({"default": True} if value == chosen else {})
                for label, value, description in options
            ],
            **({"min_values": 1, "max_values": most} if most > 1 else {}),
        },
        row,
    )


class Drawn(discord.ui.View):
    """A view that discord.py sends and does not keep: it is finished before it is sent, and the router answers.

    Raises ValueError where a row has no room for an item.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        # What the base sets is for a view that is kept: a future, a timer, items. None of that is asked of this one.
        self._rows: list[list[dict[str, Any]]] = [[] for _ in range(_ROWS)]
        room = [_WIDTH] * _ROWS
        for item in items:
            row = item.row if item.row is not None else next((n for n in range(_ROWS) if room[n] >= item.width), 0)
            room[row] -= item.width
            if room[row] < 0:
                raise ValueError(f"no room for {item.payload.get('custom_id', 'a link')!r} in row {row}")
            self._rows[row].append(item.payload)

    @property  # type: ignore[misc] # discord.py sets one for views that it keeps
    def timeout(self) -> None:
        """Return that nobody waits for its end."""

    def to_components(self) -> list[dict[str, Any]]:
        """Return the rows that hold something."""
        return [{"type": _ROW, "components": row} for row in self._rows if row]

    def has_components_v2(self) -> bool:
        """Say no: these are rows of buttons and selects."""
        return False

    def is_dispatchable(self) -> bool:
        """Say no: a press is the router's, be it of this process or of one before."""
        return False

    def is_finished(self) -> bool:
        """Say yes, so that it is sent and forgotten."""
        return True
