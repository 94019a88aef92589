"""Discord's side, read independently of the bot: its numeric limits, and how its clients read markdown."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

import discord

from bot.domain.site import PanelSite
from bot.ui.parts.mentions import fill_mentions
from bot.ui.parts.screen import Screen

SITE = PanelSite("https://panel.example.com/")
MENTIONS = {
    name: f"</{name}:1456074443980800006>"
    for name in (
        *("link", "unlink", "account", "servers", "help"),
        *(f"allocations {verb}" for verb in ("list", "find", "create", "notes", "primary", "delete", "history")),
    )
}
_CODE = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_AT_LINE_START = re.compile(r"(?:#{1,3}|-#|>{1,3}|[-*+]|\d+\.)\s")
_ANYWHERE = re.compile(
    r"<(?:@[!&]?|#|t:|/|a?:|id:|sound:|https?:)[^<>\s]*"  # mentions, timestamps, commands, emoji, links
    r"|@everyone|@here"
    r"|https?://|discord:"
    r"|:[a-z0-9_+-]+:"
    r"|\*\*|\*|__|_|~~|\|\||\[|\]\("
)
_OF_OURS = {"\n", "\u200b", "\u200d", "\ufe0f"}
"""Line feeds, and what keeps an @ and composed emoji as they are."""


def structure(text: str) -> list[str]:
    """Return what in a text is more than plain words, in order: line ends, code spans, markup, mentions, links."""
    found: list[str] = []
    position, line_start = 0, True
    while position < len(text):
        rest = text[position:]
        character = rest[0]
        if character == "\n":
            found.append("line end")
            position, line_start = position + 1, True
            continue
        at_start = _AT_LINE_START.match(rest) if line_start else None
        line_start = line_start and character.isspace()
        if character == "\\" and len(rest) > 1 and not rest[1].isalnum() and not rest[1].isspace():
            position += 2
        elif code := _CODE.match(rest):
            found.append("code")
            position += code.end()
        elif markup := at_start or _ANYWHERE.match(rest):
            found.append(markup[0][:3].strip())
            position += markup.end()
        elif character == "`":
            found.append("stray backtick")
            position += 1
        else:
            position += 1
    return found


def unseen(text: str) -> set[str]:
    """Return the characters of a text that are invisible, reorder it, or are no characters at all."""
    return {c for c in text if c not in _OF_OURS and (unicodedata.category(c)[0] == "C" or c in "\u2028\u2029")}


def sent(screen: Screen) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return embed and components as they go to Discord, with clickable command mentions in place."""
    return dict(fill_mentions(screen.embed, MENTIONS, SITE).to_dict()), screen.view(SITE).to_components()


def check_screen(screen: Screen) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Check a screen against Discord's limits, and every text of it for what must never be in one; return it."""
    embed, rows = sent(screen)
    title, description = embed.get("title", ""), embed.get("description", "")
    footer = embed.get("footer", {}).get("text", "")
    assert 1 <= len(title) <= 256
    assert 1 <= len(description) <= 4096
    assert len(footer) <= 2048
    assert len(title) + len(description) + len(footer) <= 6000
    assert "\n" not in title + footer
    assert not unseen(title + description + footer)
    assert "fields" not in embed
    check_components(rows)
    return embed, rows


def check_components(rows: list[dict[str, Any]]) -> None:
    """Check the rows of a message against Discord's limits."""
    assert len(rows) <= 5
    custom_ids = Counter(part["custom_id"] for row in rows for part in row["components"] if "custom_id" in part)
    assert not [custom_id for custom_id, times in custom_ids.items() if times > 1]
    assert all(1 <= len(custom_id) <= 100 for custom_id in custom_ids)
    for row in rows:
        parts = row["components"]
        assert 1 <= len(parts) <= (1 if parts[0]["type"] == 3 else 5)
        for part in parts:
            _check_select(part) if part["type"] == 3 else _check_label(part["label"], 80)


def _check_select(part: dict[str, Any]) -> None:
    _check_label(part["placeholder"], 150)
    options = part["options"]
    assert 1 <= len(options) <= 25
    assert len({option["value"] for option in options}) == len(options)
    for option in options:
        _check_label(option["label"], 100)
        assert 1 <= len(option["value"]) <= 100
        if option.get("description") is not None:
            _check_label(option["description"], 100)


def _check_label(label: str, limit: int) -> None:
    assert 1 <= len(label) <= limit
    assert label.strip()
    assert "\n" not in label
    assert not unseen(label)


def check_choice(name: str, value: str) -> None:
    """Check a suggestion against Discord's limits."""
    _check_label(name, 100)
    assert 1 <= len(value) <= 100


def check_form(form: discord.ui.Modal) -> None:
    """Check a form against Discord's limits."""
    sent_form = form.to_dict()
    _check_label(sent_form["title"], 45)
    assert 1 <= len(sent_form["custom_id"]) <= 100
    assert 1 <= len(sent_form["components"]) <= 5
    for part in sent_form["components"]:
        if part["type"] == 10:
            assert 1 <= len(part["content"]) <= 4000
            continue
        _check_label(part["label"], 45)
        _check_label(part["description"], 100)
        field = part["component"]
        assert 1 <= len(field["custom_id"]) <= 100
        assert 0 <= field.get("min_length", 0) <= field["max_length"] <= 4000
        assert len(field.get("value") or "") <= field["max_length"]
        assert len(field.get("placeholder") or "") <= 100
