"""One plan being carried out: how far it is, who may stop it, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.domain.models import GameServer
from bot.domain.plan import Item, Plan
from bot.errors import BotError
from bot.panel.errors import RateLimited, ServerBlocked


class Phase(StrEnum):
    """What is being done for a plan."""

    ADDING = "adding"
    LOOKING = "looking"
    """The panel's answer was lost, or nobody got it: it is looked at what the server has."""
    WAITING = "waiting"
    """The panel has named a time before which it takes nothing more."""
    ENDED = "ended"


class Ending(StrEnum):
    """Why nothing more is done for a plan."""

    COMPLETE = "complete"
    """Everything was tried."""
    STOPPED = "stopped"
    TIME = "time"
    """The message cannot be changed for much longer, and nothing is to go on unseen."""
    RESTART = "restart"
    REFUSED = "refused"
    """The panel, or the way to it, or the bot's own database, does not allow the next step."""
    LOST = "lost"
    """It is not known whether the last one was added."""
    UNCLEAR = "unclear"
    """More than one allocation can be the one that was asked for."""
    UNLINKED = "unlinked"
    SHOWN = "shown"
    """Nothing was done: this is what is on record."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is."""

    plan: Plan
    phase: Phase
    ending: Ending | None = None
    trouble: BotError | None = None
    """What the panel waits for, or what it ended with."""
    problems: Mapping[int, BotError] = field(default_factory=dict)
    """Why the notes of items, by their place in the plan, are not written."""
    allowed: int | None = None
    """How many creations on one server the panel takes a minute, where that is what is waited for and it says so."""
    kept: bool = True
    """Whether the plan is on record still, so that it can be gone on with."""
    seen: GameServer | None = None
    """The server as last read; None where it was not read."""
    told: frozenset[int] = frozenset()
    """Items, by their place, that the panel has told of in this action: the others are known from before."""
    away: frozenset[int] = frozenset()
    """Items, by their place, that were made and that the server as last read no longer has."""
    fresh: frozenset[int] = frozenset()
    """Items, by their place, that were made just now and seen there."""
    epoch: int = 0
    """The number of changes made through the bot after the last of these."""

    @property
    def is_open(self) -> bool:
        """Whether it can be gone on with."""
        return self.kept and self.plan.is_open

    @property
    def is_blocked(self) -> bool:
        """Whether it ended because the server's state allows no changes, a restart among them."""
        return isinstance(self.trouble, ServerBlocked)

    @property
    def made(self) -> Sequence[Item]:
        """The items that are on the server, as far as is known."""
        return [item for index, item in enumerate(self.plan.items) if item.is_made and index not in self.away]


def away_from(plan: Plan, server: GameServer) -> frozenset[int]:
    """Return the items, by their place, that were made and that a reading does not have; none where it hides some."""
    if server.restricted:
        return frozenset()
    here = {row.id for row in server.allocations}
    return frozenset(index for index, item in enumerate(plan.items) if item.is_made and item.allocation not in here)


class Run:
    """A plan under way; `until` is when it stops by itself, by the clock that only goes forward."""

    def __init__(self, plan: Plan, *, until: float) -> None:
        self.plan = plan
        self.until = until
        self.problems: dict[int, BotError] = {}
        self.halted = asyncio.Event()
        """Set when nothing more is to be begun."""
        self.why: Ending | None = None
        self._seen: GameServer | None = None
        self._told: set[int] = set()
        self._away: frozenset[int] = frozenset()
        self.fresh: set[int] = set()
        """Items made in this run and seen on the server, but those that may be gone by somebody's change here."""
        self.is_resting = False
        """Whether it only waits, so that it ends at once when it is told to."""
        self._epoch = 0
        self._asks = False
        self._end: Progress | None = None
        self._over = asyncio.Event()

    @property
    def is_stopped(self) -> bool:
        """Whether its owner has stopped it, and is told of the end by the answer to that."""
        return self.why is Ending.STOPPED

    def halt(self, why: Ending) -> None:
        """Begin nothing more; what is under way is finished first."""
        self.why = self.why or why
        self.halted.set()

    def needs(self, index: int) -> bool:
        """Tell whether there is something to do for an item that was not tried in vain already."""
        item = self.plan.items[index]
        return item.is_open and not (item.lacks_notes and index in self.problems)

    @property
    def waiting_items(self) -> int:
        """How many items there is something left to do for."""
        return sum(self.needs(index) for index in range(len(self.plan.items)))

    def change(self, index: int, **changes: Any) -> None:
        """Change one item of the plan."""
        self.plan = self.plan.with_item(index, **changes)

    def asks(self, server: GameServer | None, epoch: int) -> None:
        """Take in the server as read in the turn of a change that is about to be sent, and the epoch of that turn."""
        if epoch != self._epoch:
            ids = {index: self.plan.items[index].allocation or 0 for index in self.fresh}
            self.fresh = {index for index in self.fresh if server is not None and server.allocation(ids[index])}
        if server is not None:
            self.saw(server)
        self._epoch, self._asks = epoch, True

    def saw(self, server: GameServer) -> None:
        """Take in the server as just read: what it has of the plan, and what it no longer has."""
        self._seen, self._away = server, away_from(self.plan, server)
        here = {row.id for row in server.allocations}
        self._told |= {index for index, item in enumerate(self.plan.items) if item.allocation in here}

    def was_told(self, index: int) -> None:
        """Take note that the panel has told of an item in this run."""
        self._told.add(index)

    def is_away(self, index: int) -> bool:
        """Tell whether an item was made, and the server as last read no longer has it."""
        return index in self._away

    def asked(self, epoch: int) -> None:
        """Take in the epoch just after that change; of one that was not sent, nothing."""
        if self._asks:
            self._epoch, self._asks = epoch, False

    def now(self, phase: Phase) -> Progress:
        """Return how far it is."""
        seen, told = self._seen, frozenset(self._told)
        return Progress(self.plan, phase, seen=seen, told=told, away=self._away)

    def waiting(self, refusal: RateLimited) -> Progress:
        """Return how far it is while the panel takes nothing more."""
        return replace(self.now(Phase.WAITING), trouble=refusal, allowed=refusal.creations)

    def ended(self, ending: Ending, trouble: BotError | None = None, *, kept: bool = True) -> Progress:
        """Return how it ended."""
        return replace(
            self.now(Phase.ENDED),
            ending=ending,
            trouble=trouble,
            problems=dict(self.problems),
            kept=kept,
            fresh=frozenset(self.fresh),
            epoch=self._epoch,
        )

    def end(self, progress: Progress) -> None:
        """Tell those who wait for the end."""
        self._end = progress
        self.close()

    def close(self) -> None:
        """Let nobody wait for the end any more, also where it was not begun at all."""
        self._over.set()

    async def over(self) -> Progress:
        """Wait for the end and return it."""
        await self._over.wait()
        return self._end or self.ended(Ending.SHOWN)
