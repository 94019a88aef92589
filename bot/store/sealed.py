"""Under which encryption keys the links are sealed, told by the names of the keys: none is opened to know that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

BY_KEY = "SELECT substr(sealed_key, 2, 4) AS key_name, count(*) AS links FROM links GROUP BY key_name"
"""Reads no more than a few bytes of each link, so that it takes a fraction of a second for a hundred thousand."""


def counted(rows: Iterable[Iterable[Any]]) -> dict[str, int]:
    """Return how many links are sealed under each encryption key, by the key's name, from the rows of BY_KEY."""
    links: Counter[str] = Counter()
    for name, count in rows:
        links[name.hex() if isinstance(name, bytes) else ""] += int(count)  # a damaged one may be no bytes at all
    return dict(links)


def unopened(sealed: dict[str, int], at_hand: Collection[str]) -> int:
    """Return how many links none of the keys of these names opens."""
    return sum(links for name, links in sealed.items() if name not in at_hand)
