"""The way to whoever runs the bot, wherever a text tells somebody to go there."""

from __future__ import annotations

from dataclasses import replace

from bot.ui.parts.mentions import sends_to_operator
from bot.ui.parts.screen import Screen, link_button

LABEL = "Support"
_ROW = 4
"""The last row: below those of a picture."""


def with_support(screen: Screen, url: str | None) -> Screen:
    """Return the screen with the button that opens the operator's page, where they set one and its maker says so."""
    if url is None or not (screen.may_need_help or sends_to_operator(screen.embed)):
        return screen
    placed = any(item.row is not None for item in screen.items)
    return replace(screen, items=[*screen.items, link_button(LABEL, url, row=_ROW if placed else None)])
