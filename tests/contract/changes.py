"""What can have happened on a recorded panel between two recorded exchanges, and when it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .lab import Lab
from .traces import Trace

Change = Callable[[Lab], object]
Names = str | tuple[str, ...]


@dataclass(frozen=True)
class History:
    """What somebody did on the panel before the exchanges whose names begin like this, in this order."""

    changes: Iterable[tuple[Names, Change]]
    fresh: Names
    """Exchanges before which the recording put its data back, within a group."""
    continued: Names
    """Exchanges that go on from the group before theirs."""
    counted: Names = ("",)
    """Exchanges whose calls are counted together; before any other the limits were forgotten."""

    def prepare(self, lab: Lab, trace: Trace) -> None:
        """Bring the panel into the state in which the trace was recorded."""
        began = trace.group != lab.group and not trace.name.startswith(self.continued)
        if began or trace.name.startswith(self.fresh):
            lab.reset()
        if not trace.name.startswith(self.counted):
            lab.panel.throttle.clear()
        lab.group = trace.group
        for names, change in self.changes:
            if trace.name.startswith(names):
                change(lab)
        lab.foresee(trace)


def setting(**values: object) -> Change:
    """Change settings of the panel."""

    def change(lab: Lab) -> None:
        for name, value in values.items():
            setattr(lab.state, name, value)

    return change


def column(number: int, **values: object) -> Change:
    """Change columns of a server."""

    def change(lab: Lab) -> None:
        for name, value in values.items():
            setattr(lab.server(number), name, value)

    return change


def rows(number: int | None, *rows: int) -> Change:
    """Give a server rows that no recorded request gave it, or return them to the pool."""

    def change(lab: Lab) -> None:
        for row in rows:
            lab.state.allocations[row].server_id = number

    return change


def notes(row: int, notes: str) -> Change:
    """Write notes that no recorded request wrote."""

    def change(lab: Lab) -> None:
        lab.state.allocations[row].notes = notes

    return change


def limited(limit: int, *names: str) -> Change:
    """Use up the general limit of some users."""

    def change(lab: Lab) -> None:
        lab.state.requests_per_minute = limit
        for user in lab.state.users.values():
            for _ in range(limit if user.username in names else 0):
                lab.panel.throttle.hit(f"user {user.id}", limit)

    return change
