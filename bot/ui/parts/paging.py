"""Cutting long lists into pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 0 and is always one that exists."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int
    """Rows of all pages."""

    @property
    def words(self) -> str:
        """The footer, as in "Page 2 of 5"; empty where there is only one."""
        return f"Page {self.number + 1} of {self.pages}" if self.pages > 1 else ""


def page_of(rows: Sequence[T], number: int, per_page: int = PER_PAGE) -> Page[T]:
    """Return a page; a number outside the list gives the nearest page there is."""
    pages = max(1, -(-len(rows) // per_page))
    number = min(max(number, 0), pages - 1)
    return Page(rows[number * per_page : (number + 1) * per_page], number, pages, len(rows))
