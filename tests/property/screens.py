"""What the properties of screens share: a screen of hostile texts beside the one of harmless texts."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bot.ui.errors import Around
from bot.ui.parts.screen import Screen
from tests.property.discord_rules import (
    SITE,
    check_screen,
    structure,
)
from tests.property.strategies import (
    OWNER,
)

pages = st.integers(0, 2**31)
AROUND = Around(OWNER, SITE, server="5e000001")


def check(screen: Screen, harmless: Screen) -> str:
    """Check a screen by itself and against the one that says the same of harmless texts; return its text."""
    embed, rows = check_screen(screen)
    plain, plain_rows = check_screen(harmless)
    assert structure(embed["description"]) == structure(plain["description"])
    assert structure(embed["title"]) == structure(plain["title"])
    assert len(embed["description"]) < 4090, "the text was cut at its end"
    assert _shape(rows) == _shape(plain_rows)
    return str(embed["description"])


def _shape(rows: list[dict[str, Any]]) -> list[list[int]]:
    return [[part["type"] for part in row["components"]] for row in rows]
