"""What became of a change, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.models import Allocation, GameServer
from bot.errors import BotError
from bot.panel.errors import AllocationNotFound, PanelError


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
    """A change and what is true now; everything in it was answered by the panel within this action."""

    verb: Verb
    truth: Truth
    allocation: Allocation | None
    """The allocation concerned, as it is now (as it was, for a delete); None if it is not known which.

    Of a creation whose truth is unknown: the one new allocation, which is very likely it.
    """
    server: GameServer | None
    """The server as it is after the change; None if that could not be read."""
    verified: bool = True
    """False when the panel said yes but could not be read back."""
    before: GameServer | None = None
    """The server as read just before the change was sent; None if the panel could not tell."""
    trouble: BotError | None = None
    """Why the panel's answer, or the read-back, was lost."""
    steps: tuple[Step, ...] = ()
    already: bool = False
    """Whether it was so before: nothing was sent, and nothing is on record."""
    stayed: bool = True
    """False when it was in effect, and a few seconds later no longer was."""
    epoch: int = 0
    """The number of changes made through the bot when this one was made."""
    number: int | None = None
    """Its number on the record."""
    promotion: int | None = None
    """The number on the record of the promotion in it; None where there is none."""

    @property
    def previous(self) -> Allocation | None:
        """The primary just before the change, where the panel told."""
        return self.before.primary if self.before else None

    @property
    def may_come(self) -> bool:
        """Whether it may take effect later still; not where the panel is done with it and said that it failed."""
        return not isinstance(self.trouble, PanelError) or self.trouble.may_come_later

    @property
    def not_found(self) -> bool:
        """Whether the panel answered that there is no such allocation, and showed it all the same."""
        return self.truth is Truth.NOT_DONE and isinstance(self.trouble, AllocationNotFound)

    @property
    def undo(self) -> int | None:
        """The number on the record of what Undo takes back; None where there is nothing to go back to."""
        return self.promotion if self.previous is not None else None

    @property
    def gone(self) -> bool:
        """Whether the server as read after it no longer has the allocation; False where that cannot be seen."""
        if self.server is None or self.allocation is None or self.server.restricted:
            return False
        return self.server.allocation(self.allocation.id) is None

    @property
    def promoted(self) -> bool:
        """Whether this made an allocation the primary that was not."""
        as_step = any(step.verb is Verb.PRIMARY and step.truth is Truth.DONE for step in self.steps)
        return (as_step or (self.verb is Verb.PRIMARY and self.truth is Truth.DONE)) and not self.already

    @property
    def with_new_primary(self) -> GameServer | None:
        """The server as read after it, where this made an allocation its primary that was not, and it still is."""
        done = self.promoted and self.truth is Truth.DONE and self.stayed
        return self.server if done and self.server is not None and self.server.primary is not None else None
