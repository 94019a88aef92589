"""What the past of a server tells: which of its changes the game that runs now has not seen, and where it listens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.models import Allocation, GameServer
from bot.domain.power import Started
from bot.services.changing.changes import Verb

_SAME = 30.0
"""Seconds by which the panel's log and the record may differ on one change: two clocks tell its time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change that takes effect at the next start: what was done, to which address, and when in Unix seconds."""

    verb: Verb
    address: str
    at: float
    before: str | None = None
    """Of a promotion, the address of the primary before it, where that is on record."""
    is_sure: bool = False
    """Whether the game does not know of it; else it is not known whether it does."""


@dataclass(frozen=True, slots=True)
class PortStory:
    """What is known of one port since its server's process was started."""

    change: Waiting | None = None
    """What was done with it since, so that the process does not know of it: it was added, or made the primary."""
    known: bool = False
    """Whether it is known when the port was added."""


@dataclass(frozen=True, slots=True)
class Past:
    """The changes of a server, as it is now, that games see at a start, newest first."""

    server: GameServer
    found: Sequence[Waiting]
    """By the panel's log, or where that was not to be had by the person's own record."""
    own: Sequence[Waiting]
    """Those on that record."""
    is_everybodys: bool
    """Whether `found` has what everybody did, and not this person alone."""
    is_cut: bool = False
    """Whether there may be older ones than those found."""

    def primary_at_start(self, started: Started) -> str | None:
        """Return the primary at which the game listens since it was started; None where that cannot be known.

        The log tells which port became the primary, not which was it before: that is on the record of who did it.
        One person's record does not tell what others did, so that it has to say the same before the start and after.
        """
        chosen = [change for change in self.found if change.verb is Verb.PRIMARY]
        now = self.server.primary.address if self.server.primary else None
        if self.is_everybodys and chosen and self._named(chosen[0]) != now:
            return None  # it was changed by somebody whom the log does not have, as an administrator
        later = [change for change in chosen if not started.saw(change.at)]
        earlier = next((self._named(change) for change in chosen if started.saw(change.at)), None)
        after = self._before(later[-1]) if later else now
        if self.is_everybodys and earlier and after and earlier != after:
            return None  # nor does it have what changed it between those two
        if self.is_everybodys:
            at_start = earlier or (None if self.is_cut else after)
        else:
            at_start = earlier if earlier == after else None
        maybe = {self._named(change) for change in later if not started.missed(change.at)}
        return at_start if maybe <= {at_start} else None

    def pending(self, started: Started) -> tuple[Waiting, ...]:
        """Return what the changes that the game may not have seen came to, newest first, by the addresses' usual names.

        What was taken back since is left out: a primary that is the old one again, a port that came and went.
        """
        return tuple(self._still_so([change for change in self.found if not started.saw(change.at)], started))

    def story_of(self, row: Allocation, started: Started) -> PortStory:
        """Return what is known of a port since the start."""
        added = [change for change in self.found if change.verb is Verb.CREATE and change.address in row.spellings]
        waits = (change for change in self.pending(started) if change.address == row.address)
        return PortStory(next(waits, None), known=bool(added))

    def _still_so(self, changes: Sequence[Waiting], started: Started) -> Iterator[Waiting]:
        came = {change.address for change in changes if change.verb is Verb.CREATE}
        told: set[str] = set()
        for change in changes:
            subject = "primary" if change.verb is Verb.PRIMARY else change.address
            if subject in told:
                continue
            told.add(subject)
            row = self._row(change)
            missed = replace(change, address=row.address if row else change.address, is_sure=started.missed(change.at))
            if change.verb is Verb.PRIMARY:
                if row is not None and row.is_primary and (new := self._new_primary(missed, started)) is not None:
                    yield new
            elif (row is not None) if change.verb is Verb.CREATE else row is None and change.address not in came:
                yield missed

    def _new_primary(self, change: Waiting, started: Started) -> Waiting | None:
        """Return what made the primary what it is, if the game may listen at another."""
        at_start = self.primary_at_start(started)
        if at_start is not None:
            return None if at_start == change.address else replace(change, is_sure=True)
        first = [one for one in self.found if one.verb is Verb.PRIMARY and not started.saw(one.at)][-1]
        if not self.is_everybodys:
            led_back = first.before is not None and self._usual(first.before) == change.address
            return None if led_back else replace(change, is_sure=False)
        # Whatever it was before: what everybody's changes began with was not the primary until then.
        began_with_it = not self.is_cut and self._named(first) == change.address and started.missed(first.at)
        return replace(change, is_sure=began_with_it)

    def _before(self, change: Waiting) -> str | None:
        """Return the primary just before a promotion, if that is on the person's own record."""
        promotions, mine = (
            [one for one in told if one.verb is Verb.PRIMARY and self._named(one) == self._named(change)]
            for told in (self.found, self.own)
        )
        same = [one for one in mine if abs(one.at - change.at) < _SAME and _nearest(promotions, one.at) is change]
        return self._usual(same[-1].before) if same and same[-1].before else None

    def _row(self, change: Waiting) -> Allocation | None:
        return next((row for row in self.server.allocations if change.address in row.spellings), None)

    def _named(self, change: Waiting) -> str:
        return self._usual(change.address)

    def _usual(self, address: str) -> str:
        """Return an address as it is written everywhere here, however the log or the record has it."""
        return next((row.address for row in self.server.allocations if address in row.spellings), address)


def of_port(changes: Sequence[Waiting], row: Allocation) -> list[Waiting]:
    """Return those by which a port is what it is now."""
    verbs = (Verb.CREATE, Verb.PRIMARY) if row.is_primary else (Verb.CREATE,)
    return [change for change in changes if change.verb in verbs and change.address in row.spellings]


def _nearest(changes: Sequence[Waiting], moment: float) -> Waiting:
    return min(changes, key=lambda one: abs(one.at - moment))
