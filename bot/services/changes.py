"""What became of a change, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.models import Allocation, GameServer
from bot.errors import BotError


class Truth(StrEnum):
    """Whether a change is in effect on the panel."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


class Verb(StrEnum):
    """The changes there are."""

    CREATE = "create"
    NOTES = "notes"
    PRIMARY = "primary"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a creation: annotate or promote; `problem` says why it failed."""

    verb: Verb
    truth: Truth
    problem: BotError | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change and what is true now."""

    verb: Verb
    truth: Truth
    allocation: Allocation | None
    """The allocation concerned, as it is now (as it was, for a delete); None if it is not known which."""
    server: GameServer | None
    """The server as read back; None if nothing could be read and nothing was known."""
    verified: bool = True
    """False when the panel said yes but could not be read back."""
    previous: Allocation | None = None
    """The primary before this change."""
    trouble: BotError | None = None
    """Why the panel's answer, or the read-back, was lost."""
    steps: tuple[Step, ...] = ()
