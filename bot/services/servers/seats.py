"""What the bot has lately read for each person, kept briefly so that a keystroke need not ask the panel."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice

from cachetools import LRUCache, TTLCache

from bot.domain.models import GameServer, Listing
from bot.services.servers.reading import Reading

FRESH = 60.0
"""Seconds for which a server list serves suggestions and lookups."""
FAILED = 5.0
"""Seconds for which a failed reading of the list is not repeated for suggestions."""
KEPT = 600.0
"""Seconds after which everything read for a person is dropped."""
PEOPLE = 2_000
"""People whose reads are kept; whoever falls out costs the panel one more call."""
DETAILS = 16
CHANGES = 10_000
"""Changes of servers that are remembered; what was read before them all is not believed."""


class Epochs:
    """Which servers were changed through this bot, and when: what was read before a change is not believed after it.

    An epoch is the number of changes so far. A change costs the same however many people there are: whoever uses what
    was read looks then whether it still holds.
    """

    def __init__(self) -> None:
        self.total = 0
        self.blind = False
        """Whether nobody tells what other processes change: then nothing is believed that was read before."""
        self._forgotten_in = 0
        self._last: TTLCache[str, int] = TTLCache(CHANGES, KEPT)
        self._order: deque[str] = deque(maxlen=CHANGES)

    def forget(self) -> None:
        """Believe nothing that was read so far: there may have been any changes."""
        self.total += CHANGES + 1
        self._forgotten_in = self.total

    def of(self, server: str) -> int:
        """Return the epoch of the server's last change, 0 if none is remembered."""
        if self.blind:
            self.forget()
        return max(self._last.get(server, 0), self._forgotten_in)

    def advance(self, server: str) -> None:
        """Count a change of this server."""
        self.total += 1
        self._last[server] = self.total
        self._order.append(server)

    def overtook_one(self, server: str, since: int) -> bool:
        """Tell whether this server was changed after an epoch."""
        return self.blind or self.total - since > CHANGES or self.of(server) > since

    def overtook(self, servers: dict[str, GameServer], since: int) -> bool:
        """Tell whether one of these servers was changed after an epoch."""
        later = self.total - since
        return (
            self.blind or later > CHANGES or any(server in servers for server in islice(reversed(self._order), later))
        )


@dataclass(frozen=True, slots=True)
class _Detail:
    """One server as it was read, with permissions: at which moment and epoch."""

    server: GameServer
    at: float
    epoch: int


@dataclass(slots=True)
class Seat:
    """One person's recent reads; a new seat after each change of key, so that no answer outlives its key."""

    epochs: Epochs
    own: Reading = field(default_factory=Reading)
    others: Reading = field(default_factory=Reading)
    """The servers of others, which the panel shows to its administrators."""
    failed_at: float | None = None
    unreadable: int = 0
    """Servers that the panel failed to list when the list was last read."""
    now: Callable[[], float] = time.monotonic
    """Tells seconds that only go forward."""
    time: Callable[[], float] = time.time
    """Tells the Unix time, in which people are told when something was read."""
    _list: dict[str, GameServer] = field(default_factory=dict)
    _listed_at: float | None = None
    _listed_in: int = 0
    _details: LRUCache[str, _Detail] = field(default_factory=lambda: LRUCache(DETAILS))
    _others: Listing | None = None
    _others_at: float = 0.0
    _others_in: int = 0

    def take_others(self, listing: Listing, since: int) -> None:
        """Keep the list of others' servers, whose reading began at the epoch `since`."""
        self._others, self._others_at, self._others_in = listing, self.now(), since

    @property
    def fresh_others(self) -> Listing | None:
        """The list of others' servers while it is at most a minute old and none of them was changed by anybody."""
        if self._others is None or self.now() - self._others_at >= FRESH:
            return None
        if self.epochs.overtook({server.identifier: server for server in self._others.servers}, self._others_in):
            return None
        return replace(self._others, read_at=self._told(self._others_at))

    @property
    def remembered(self) -> Listing | None:
        """The server list while it is fresh, with when it was read; None too where it is empty: it may just fill."""
        servers = self.fresh_list
        if not servers or self._listed_at is None:
            return None
        return Listing(servers, self.unreadable, self._told(self._listed_at))

    def _told(self, at: float) -> float:
        return self.time() - (self.now() - at)

    def take_list(self, listing: Listing, since: int) -> None:
        """Keep a server list whose reading began at the epoch `since`."""
        self._list = {server.identifier: server for server in listing.servers}
        self.unreadable = listing.unreadable
        self._listed_at, self._listed_in = self.now(), since

    def take(self, server: GameServer, *, since: int | None = None) -> None:
        """Keep one server as just read or changed, unless a change came after `since`, when the reading began."""
        epoch = self.epochs.of(server.identifier)
        if since is not None and since != epoch:
            return
        self._details[server.identifier] = _Detail(server, self.now(), self.epochs.total)
        if server.identifier in self._list:
            self._list[server.identifier] = server

    def changed(self, identifier: str, seen: GameServer | None) -> None:
        """Count a change that this person tried; `seen` is the server as read after it, None if nothing is certain.

        Without it nothing that was read before is believed any more, by this person either.
        """
        current = self._still_true()
        self.epochs.advance(identifier)
        if seen is None:
            return
        if current:
            self._listed_in = self.epochs.total
        self.take(seen)

    @property
    def failed_lately(self) -> bool:
        """Whether reading the list failed within five seconds: the next keystroke need not ask in vain."""
        return self.failed_at is not None and self.now() - self.failed_at < FAILED

    @property
    def last_list(self) -> tuple[GameServer, ...]:
        """The server list as last read, be it no longer fresh; empty if it never was."""
        return tuple(self._list.values())

    @property
    def fresh_list(self) -> tuple[GameServer, ...] | None:
        """The server list while it is at most a minute old and none of its servers was changed by somebody else."""
        return self.last_list if self._is_fresh else None

    @property
    def _is_fresh(self) -> bool:
        return self._listed_at is not None and self.now() - self._listed_at < FRESH and self._still_true()

    def _still_true(self) -> bool:
        """Tell whether no server of the list was changed since; what was looked through is not looked through again."""
        if self.epochs.overtook(self._list, self._listed_in):
            return False
        self._listed_in = self.epochs.total
        return True

    def _detail(self, identifier: str) -> _Detail | None:
        detail = self._details.get(identifier)
        overtaken = detail is None or self.epochs.overtook_one(identifier, detail.epoch)
        return None if overtaken else detail

    def _listed(self, identifier: str) -> GameServer | None:
        return self._list.get(identifier) if self._is_fresh else None

    def known(self, identifier: str) -> GameServer | None:
        """Return the server as last read, for suggestions and finding what is meant only; None if not read lately."""
        detail = self._detail(identifier)
        return detail.server if detail is not None else self._listed(identifier)

    def called(self, identifier: str) -> str | None:
        """Return what the server was called when it was last read: a change of its ports leaves it its name."""
        detail = self._details.get(identifier)
        server = detail.server if detail is not None else self._list.get(identifier)
        return server.name if server is not None else None


class Seats:
    """The seats of all people, bounded in number and time; nobody's seat is reachable by another's id."""

    def __init__(self) -> None:
        self._seats: TTLCache[int, Seat] = TTLCache(PEOPLE, KEPT)
        self._epochs = Epochs()
        self.clock: Callable[[], float] = time.monotonic
        """Tells seconds that only go forward."""
        self.time: Callable[[], float] = time.time
        """Tells the Unix time."""

    def _elapsed(self) -> float:
        return self.clock()

    def _now(self) -> float:
        return self.time()

    def of(self, user_id: int) -> Seat:
        """Return this person's seat."""
        seat = self._seats.get(user_id)
        if seat is None:
            seat = self._seats[user_id] = Seat(self._epochs, now=self._elapsed, time=self._now)
        return seat

    def epoch_of(self, server: str) -> int:
        """Return the epoch of the last change of a server, by whomever."""
        return self._epochs.of(server)

    def changed_elsewhere(self, server: str) -> None:
        """Count a change of this server that another process made."""
        self._epochs.advance(server)

    def trust(self, *, told_of_changes: bool) -> None:
        """Believe nothing that was read for anybody so far; nor what is read now, while nobody tells of changes."""
        self._epochs.forget()
        self._epochs.blind = not told_of_changes

    def leave(self, user_id: int) -> None:
        """Drop everything read for this person; reads still under way end in the dropped seat."""
        self._seats.pop(user_id, None)
