"""One entry of the record of changes: who changed what, when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Values = dict[str, str | int | None]
"""What a change set, or what stood there before: `notes`, or `primary` (an id) with its `address`."""


class Outcome(StrEnum):
    """What became of a change."""

    DONE = "done"
    NOT_DONE = "not done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """A change on the record; `outcome` is unknown until it is settled."""

    user_id: int
    at: datetime
    server: str
    server_name: str
    verb: str
    allocation_id: int | None
    address: str | None
    before: Values | None
    after: Values | None
    outcome: Outcome = Outcome.UNKNOWN
    number: int = 0
