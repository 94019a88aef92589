"""The stores' statements as PostgreSQL is sent them: numbered places instead of `?` and `:name`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bot.store.connection import Given

# Strings and quoted names are passed over, and so is a cast.
_PIECES = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|::|\?|:([a-z_]+)")


@lru_cache(maxsize=512)
def translated(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the statement with numbered places, and the names of the values in that order; no names for `?`."""
    names: list[str] = []
    unnamed = 0

    def numbered(found: re.Match[str]) -> str:
        nonlocal unnamed
        name = found.group(1)
        if name is not None:
            if name not in names:
                names.append(name)
            return f"${names.index(name) + 1}"
        if found.group() != "?":
            return found.group()
        unnamed += 1
        return f"${unnamed}"

    text = _PIECES.sub(numbered, statement)
    return text.encode(), tuple(names)


def in_order(values: Given, names: tuple[str, ...]) -> Sequence[Any]:
    """Return the values in the order of the numbered places."""
    return [values[name] for name in names] if not isinstance(values, Sequence) else values
