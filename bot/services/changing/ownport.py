"""Asking before a port becomes the primary whose notes name what needs a port of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import rules
from bot.domain.meant import needing_their_own
from bot.domain.models import Allocation, GameServer
from bot.domain.places import Purpose
from bot.errors import BotError
from bot.nextstep import NextStep
from bot.services.allocations import Check
from bot.services.changing.overwriting import mark_of
from bot.services.servers.meant import row_of


class NeedsItsOwnPort(BotError):
    """The notes of what is to be the primary name something that cannot have the game's own port; nothing was sent."""

    title = "This port is for something else"
    advice = "Add a port for that first, or change these notes: look at {/allocations list}. Nothing was changed."
    next_step = NextStep.ALLOCATIONS

    def __init__(self, server: GameServer, row: Allocation, purposes: Sequence[Purpose]) -> None:
        super().__init__()
        self.server = server
        self.row = row
        self.purposes = purposes


def unless_for_something_else(allocation: int | str, *, told: str = "") -> Check:
    """Return a check before a promotion: it raises NeedsItsOwnPort where the person has not been told of that.

    The allocation is an id, or what a person typed; `told` is the mark of the notes that they were told of. Who may not
    change the primary anyway is not asked.
    """

    def check(now: GameServer) -> None:
        row = row_of(now, allocation)
        if row.is_primary or rules.cannot_update(now) or mark_of(row.notes) == told:
            return
        purposes = needing_their_own(row.notes)
        if purposes:
            raise NeedsItsOwnPort(now, row, purposes)

    return check
