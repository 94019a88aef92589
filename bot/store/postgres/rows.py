"""Rows as sqlite3 gives them: read by the name or the number of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from psycopg import Cursor


class NamedRow:
    """A row; all rows of one answer share the places of the columns."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: Sequence[Any]) -> None:
        self._places = places
        self._values = values

    def __getitem__(self, column: int | str, /) -> Any:
        """Return the value of a column."""
        return self._values[column if isinstance(column, int) else self._places[column]]

    def __iter__(self) -> Iterator[Any]:
        """Return the values in their order."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many columns there are."""
        return len(self._values)

    def keys(self) -> list[str]:
        """Return the names of the columns."""
        return list(self._places)


def by_name(cursor: Cursor[Any]) -> Callable[[Sequence[Any]], NamedRow]:
    """Return what makes a row of the values of one (psycopg's form of a row factory)."""
    places = {column.name: place for place, column in enumerate(cursor.description or ())}
    return lambda values: NamedRow(places, values)
