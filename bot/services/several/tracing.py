"""What became of a creation whose answer nobody got, as of one that a crash cut off: read back, and compare."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.models import Allocation
from bot.services.changing import authorship
from bot.services.servers.desk import Desk


class Found(StrEnum):
    """What a reading says of a creation."""

    NOTHING = "nothing"
    """No allocation can be it."""
    IT = "it"
    """The panel's log says that it is this one."""
    LIKELY = "likely"
    """One allocation was not there before: very likely it."""
    UNCLEAR = "unclear"
    """More than one can be it, or none can be seen."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What was found, and which allocation it is."""

    found: Found
    row: Allocation | None = None


async def trace_of(desk: Desk, had: frozenset[int] | None) -> Trace:
    """Read the server, and the log where that can tell whose an allocation is that was not there before."""
    now = await desk.read()
    if had is None or now.restricted:
        return Trace(Found.UNCLEAR)
    new = [row for row in now.allocations if row.id not in had]
    if not new:
        return Trace(Found.NOTHING)
    mine = await authorship.of_rows(desk, now, new)
    rows = new if mine is None else mine
    if len(rows) > 1:
        return Trace(Found.UNCLEAR)
    if not rows:
        return Trace(Found.NOTHING)
    return Trace(Found.LIKELY if mine is None else Found.IT, rows[0])
