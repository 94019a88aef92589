"""What the stores work with: one transaction at a time on a connection, whichever database is behind it.

The SQL is what both SQLite and PostgreSQL understand: `?` and `:name` for values, `INSERT … ON CONFLICT (…) DO …`,
`RETURNING`, an alias for every subquery, and no `rowid`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")
Given = Sequence[Any] | Mapping[str, Any]
"""What stands in the places of a statement: in their order for `?`, by name for `:name`."""


class Row(Protocol):
    """A row, read by the name or the number of a column."""

    def __getitem__(self, column: int | str, /) -> Any:
        """Return the value of a column."""

    def __iter__(self) -> Iterator[Any]:
        """Return the values in their order."""


class Cursor(Protocol):
    """What a statement found, or how many rows it changed."""

    @property
    def description(self) -> Sequence[Any] | None:
        """The columns of what is found; None after a statement that returns no rows."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """Return the next row, or None; only after a statement that returns rows."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""


class Connection(Protocol):
    """A connection in the middle of a transaction."""

    def execute(self, statement: str, values: Given = ..., /) -> Cursor:
        """Run a statement with values in its places."""


Work = Callable[[Connection], Result]
"""What is done within one transaction, in a thread; where two transactions collide it may be done again."""


class Kind(Enum):
    """What a piece of work does, which tells how much must be done around it."""

    LOOK = auto()
    """One statement that reads."""
    READ = auto()
    """Several statements that read, all of them as of one moment."""
    NOTE = auto()
    """One statement that writes, and nobody is told what became of it."""
    WRITE = auto()
    """Statements that are done all or not at all, as if nobody else wrote at the same time."""


class Transactions(Protocol):
    """Whatever runs pieces of work, each in a transaction."""

    def run(self, kind: Kind, work: Work[Result], *, patience: float | None = None) -> Coroutine[Any, Any, Result]:
        """Put the work into the queue; what is returned awaits its result once it is committed.

        That raises DatabaseBusy, and nothing is changed, if it takes longer than the patience; DatabaseInDoubt if it
        may have been kept all the same; DatabaseFailed for anything else that the database refuses.
        """

    async def close(self) -> None:
        """Wait for the work under way, then close."""
