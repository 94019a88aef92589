"""Not overwriting notes that somebody has not seen: what a person saw, as a mark, against what the panel has now."""

from __future__ import annotations

from bot.domain import rules
from bot.domain.marks import mark
from bot.domain.models import Allocation, GameServer
from bot.errors import BotError
from bot.nextstep import NextStep
from bot.services.allocations import Check
from bot.services.servers.meant import row_of

UNSEEN = "unknown"
"""The mark of notes that the panel did not tell in time."""


class NotesChanged(BotError):
    """The panel has other notes than the person saw when they wrote theirs; nothing was sent."""

    title = "These notes were changed meanwhile"
    advice = "Look at {/allocations list} for what the server has now. Nothing was changed."
    next_step = NextStep.ALLOCATIONS

    def __init__(self, server: GameServer, row: Allocation, *, unseen: bool) -> None:
        super().__init__()
        self.server = server
        self.row = row
        self.unseen = unseen
        """Whether the person saw no notes at all, rather than earlier ones."""


def mark_of(notes: str | None) -> str:
    """Return a mark that tells these notes from others and fits into a custom_id."""
    return mark(notes or "")


def seen_of(server: GameServer, row: Allocation) -> str:
    """Return the mark of a port's notes as a person is shown them."""
    return mark_of(row.notes) if server.shows_notes(row) else UNSEEN


def unless_changed(allocation: int | str, text: str | None = None, *, seen: str) -> Check:
    """Return a check before notes go: it raises NotesChanged where the panel has what the person did not see.

    They go with their port, or `text` takes their place. The allocation is an id, or what a person typed; `seen` is the
    mark of what they saw. It is no conflict where the panel has that text already, or hides the notes.
    """

    def check(now: GameServer) -> None:
        row = row_of(now, allocation)
        if not now.shows_notes(row) or (text is not None and rules.same_notes(row.notes, text)):
            return
        unseen = seen == UNSEEN
        if mark_of(row.notes) != seen and not (unseen and row.notes is None):
            raise NotesChanged(now, row, unseen=unseen)

    return check
