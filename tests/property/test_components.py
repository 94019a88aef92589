"""Components drawn by ourselves are the ones discord.py would draw, wherever they are placed."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.parts.components import Drawn, Item, button_of, link_of, select_of

ROWS = st.none() | st.integers(0, 4)
LABELS = st.text(min_size=1, max_size=80)
STYLES = st.sampled_from([style for style in discord.ButtonStyle if style.value <= 4])
Pair = tuple[Item, discord.ui.Item[Any]]


@st.composite
def buttons(draw: st.DrawFn) -> Pair:
    """Return a button as we and as discord.py draw it."""
    label, row, disabled, style = draw(LABELS), draw(ROWS), draw(st.booleans()), draw(STYLES)
    ours = button_of(label, custom_id="v1:a.b:1", style=style, disabled=disabled, row=row)
    return ours, discord.ui.Button(label=label, custom_id="v1:a.b:1", style=style, disabled=disabled, row=row)


@st.composite
def links(draw: st.DrawFn) -> Pair:
    """Return a link as we and as discord.py draw it."""
    label, row = draw(LABELS), draw(ROWS)
    return link_of(label, url="https://x.example", row=row), discord.ui.Button(
        label=label, url="https://x.example", row=row
    )


@st.composite
def selects(draw: st.DrawFn) -> Pair:
    """Return a select as we and as discord.py draw it."""
    options = draw(st.lists(st.tuples(LABELS, LABELS, st.none() | LABELS), min_size=1, max_size=25))
    row = draw(ROWS)
    theirs: discord.ui.Select[Any] = discord.ui.Select(
        custom_id="v1:a.c:1",
        placeholder="Choose",
        row=row,
        options=[discord.SelectOption(label=label, value=value, description=words) for label, value, words in options],
    )
    return select_of("v1:a.c:1", options, placeholder="Choose", row=row), theirs


async def placed(items: list[discord.ui.Item[Any]]) -> list[dict[str, Any]] | None:
    """Return what discord.py makes of the items; None where a row has no room for one."""
    view = discord.ui.View(timeout=None)
    try:
        for item in items:
            view.add_item(item)
    except ValueError:
        return None
    return view.to_components()


def without_defaults(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows without what Discord takes for granted."""
    granted = {"min_values": 1, "max_values": 1, "disabled": False, "required": True, "default": False}

    def cut(part: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in part.items() if granted.get(name) != value or name not in granted}
        return {**kept, "options": [cut(option) for option in kept["options"]]} if "options" in kept else kept

    return [{**row, "components": [cut(part) for part in row["components"]]} for row in rows]


@given(pairs=st.lists(buttons() | links() | selects(), max_size=12))
async def test_they_are_placed_and_told_as_the_library_does(pairs: list[Pair]) -> None:
    theirs = await placed([item for _, item in pairs])

    if theirs is None:
        with pytest.raises(ValueError, match="no room"):
            Drawn([item for item, _ in pairs])
        return
    drawn = Drawn([item for item, _ in pairs])
    assert without_defaults(drawn.to_components()) == without_defaults(theirs)
    assert drawn.is_finished()
    assert not drawn.is_dispatchable()
