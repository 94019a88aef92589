"""Making panel text safe for Discord, and the numeric limits Discord sets.

Everything a panel can be made to hold (names, notes, aliases, error details) is hostile: markdown, mentions, control
and bidirectional characters, newlines and length must not break a message, ping anyone or fake a field.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

TITLE = 256
DESCRIPTION = 4096
BUTTON_LABEL = 80
CUSTOM_ID = 100
OPTION_LABEL = 100
OPTION_DESCRIPTION = 100
OPTIONS = 25
CHOICE = 100
PLACEHOLDER = 150
MODAL_TITLE = 45

_SPECIAL = re.compile(r"([\\*_~|`>#+\-\[\](){}<:@])")
YOURS = "**Yours, as you typed it**"
"""Stands above what somebody typed, where it is given back."""
_ESCAPED = re.compile(r"\\(.)")
_PLAIN_ADDRESS = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*(?::[0-9]+)?")
_LIST_NUMBER = re.compile(r"^(\d+)\.(?=\s|$)")
_EMPTY_QUOTE = "> \u200b"
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_BLANK = {"Zl", "Zp"}
_JOINERS = {"\u200d", "\ufe0f"}
"""Zero-width joiner and emoji selector: without them composed emoji fall apart."""


def clean(text: str) -> str:
    """Return the text on one line, without control, bidirectional, private or unassigned characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if character.isspace() or category in _BLANK:
            kept.append(" ")
        elif category not in _DROPPED or character in _JOINERS:
            kept.append(character)
    return " ".join("".join(kept).split())


def clip(text: str, limit: int) -> str:
    """Return at most `limit` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def plain(text: str, limit: int) -> str:
    """Return clean text for labels, where Discord renders no markdown."""
    return clip(clean(text), limit) or "(no name)"


def safe(text: str, limit: int) -> str:
    """Return clean text of at most `limit` visible characters with all markdown and mentions taken out of effect."""
    escaped = _SPECIAL.sub(r"\\\1", clip(clean(text), limit))
    return _LIST_NUMBER.sub(r"\1\\.", escaped).replace("@", "@\u200b")


def quoted(text: str, limit: int) -> str:
    """Return at most `limit` visible characters as a quotation with its line breaks; empty where nothing is seen."""
    lines: list[str] = []
    for line in clip(text.strip(), limit).splitlines():
        words = safe(line, limit)
        if words or (lines and lines[-1] != _EMPTY_QUOTE):
            lines.append(f"> {words}" if words else _EMPTY_QUOTE)
    return "\n".join(lines).removesuffix(f"\n{_EMPTY_QUOTE}")


def low(sentence: str) -> str:
    """Return a sentence as it goes on within another: without the capital it begins with."""
    return sentence[:1].lower() + sentence[1:]


def unquoted(quotation: str) -> str:
    """Return the text of a quotation that `quoted` made: quoted again it is the same."""
    lines = [line.removeprefix("> ") for line in quotation.splitlines()]
    return "\n".join(_ESCAPED.sub(r"\1", line).replace("@\u200b", "@").replace("\u200b", "") for line in lines)


def fenced(text: str, limit: int) -> str:
    """Return at most `limit` characters as a block of code with its line breaks, which needs no signs to escape."""
    lines = (clean(line) for line in clip(text.strip(), limit).splitlines())
    inner = "\n".join(line for line in lines if line).replace("`", "'").replace("{", "(").replace("}", ")")
    return f"```\n{inner or '?'}\n```"


def named(text: str, limit: int) -> str:
    """Return a name as `safe` does, and words in its place where nothing of it can be seen."""
    return safe(text, limit) or "(no name)"


def address(text: str, limit: int = 200) -> str:
    """Return a clean address of at most `limit` characters; where it must be shortened, the port stays."""
    host, colon, port = clean(text).rpartition(":")
    return clip(f"{clip(host, limit - len(port) - 1)}{colon}{port}", limit)


def spot(text: str, limit: int = 200) -> str:
    """Return an address as a code span."""
    return code(address(text, limit), limit)


def spot_of(name: str, limit: int = 200) -> str:
    """Return a host name, with or without a port, or an address, as a code span."""
    return spot(name, limit) if ":" in name else code(name, limit)


def bare(text: str) -> str:
    """Return an address to be copied: as it is, or as a code span where Discord would read more than words in it."""
    cleaned = clean(text)
    return cleaned if _PLAIN_ADDRESS.fullmatch(cleaned) else spot(cleaned)


def code(text: str, limit: int = 80) -> str:
    """Return clean text as a code span, which Discord neither links nor formats; what could end it is replaced."""
    inner = clip(clean(text), limit).replace("`", "'").replace("{", "(").replace("}", ")").replace("@", "＠")
    return f"`{inner or '?'}`"


def when(moment: float | datetime) -> str:
    """Return a live relative timestamp from Unix seconds or an aware datetime."""
    seconds = moment.timestamp() if isinstance(moment, datetime) else moment
    return f"<t:{int(seconds)}:R>"


def clock(moment: float) -> str:
    """Return the time of day to the second, as each reader's own clock shows it, from Unix seconds."""
    return f"<t:{int(moment)}:T>"


def ago(moment: datetime, *, now: datetime) -> str:
    """Return how long ago a moment was, in few words for where no live timestamp is shown, as in an option."""
    seconds = max(int((now - moment).total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
