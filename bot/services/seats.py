"""What the bot has lately read for each person, kept briefly so that a keystroke need not ask the panel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cachetools import LRUCache, TTLCache

from bot.domain.models import GameServer

FRESH = 60.0
"""Seconds for which a server list serves suggestions and lookups."""
FAILED = 5.0
"""Seconds for which a failed reading of the list is not repeated for suggestions."""
KEPT = 600.0
"""Seconds after which everything read for a person is dropped."""
PEOPLE = 5_000
DETAILS = 16


class Epochs:
    """How often each server was changed through this bot, so that what was read before a change is not believed."""

    def __init__(self) -> None:
        self._counts: TTLCache[str, int] = TTLCache(20_000, KEPT)
        self.total = 0

    def of(self, server: str) -> int:
        """Return the server's number of changes."""
        return self._counts.get(server, 0)

    def advance(self, server: str) -> None:
        """Count a change of this server."""
        self.total += 1
        self._counts[server] = self.total


@dataclass(slots=True)
class Seat:
    """One person's recent reads; a new seat after each change of key, so that no answer outlives its key."""

    epochs: Epochs

    servers: tuple[GameServer, ...] | None = None
    servers_at: float = 0.0
    details: LRUCache[str, GameServer] = field(default_factory=lambda: LRUCache(DETAILS))
    seen: LRUCache[str, float] = field(default_factory=lambda: LRUCache(DETAILS))
    fetch: asyncio.Task[tuple[GameServer, ...]] | None = None
    failed_at: float | None = None
    now: Callable[[], float] = time.monotonic

    def take_list(self, servers: tuple[GameServer, ...], *, since: int) -> None:
        """Keep a server list whose reading began at the epoch `since`; one that a change overtook is not fresh."""
        self.servers = servers
        overtaken = any(self.epochs.of(server.identifier) > since for server in servers)
        self.servers_at = self.now() - FRESH if overtaken else self.now()

    def take(self, server: GameServer, *, since: int | None = None) -> None:
        """Keep one server as just read or changed, unless a change came after `since`, when the reading began."""
        if since is not None and since != self.epochs.of(server.identifier):
            return
        self.details[server.identifier] = server
        self.seen[server.identifier] = self.now()
        if self.servers is not None:
            self.servers = tuple(server if s.identifier == server.identifier else s for s in self.servers)

    @property
    def failed_lately(self) -> bool:
        """Whether reading the list failed within five seconds: the next keystroke need not ask in vain."""
        return self.failed_at is not None and self.now() - self.failed_at < FAILED

    @property
    def fresh_list(self) -> tuple[GameServer, ...] | None:
        """The server list while it is at most a minute old."""
        return self.servers if self.servers is not None and self.now() - self.servers_at < FRESH else None

    def just_seen(self, identifier: str) -> GameServer | None:
        """Return the server if it was read within a minute, for comparing with what is there now."""
        at = self.seen.get(identifier)
        if at is not None and self.now() - at < FRESH:
            return self.details.get(identifier)
        return next((s for s in self.fresh_list or () if s.identifier == identifier), None)

    def forget(self, identifier: str) -> None:
        """Drop what was read of one server."""
        self.details.pop(identifier, None)
        if any(server.identifier == identifier for server in self.servers or ()):
            self.servers_at = self.now() - FRESH

    def known(self, identifier: str) -> GameServer | None:
        """Return the server as last read, with permissions if possible; None if it was not read lately."""
        detailed = self.details.get(identifier)
        if detailed is not None:
            return detailed
        return next((s for s in self.fresh_list or () if s.identifier == identifier), None)


class Seats:
    """The seats of all people, bounded in number and time; nobody's seat is reachable by another's id."""

    def __init__(self) -> None:
        self._seats: TTLCache[int, Seat] = TTLCache(PEOPLE, KEPT)
        self._epochs = Epochs()

    def of(self, user_id: int) -> Seat:
        """Return this person's seat."""
        seat = self._seats.get(user_id)
        if seat is None:
            seat = self._seats[user_id] = Seat(self._epochs)
        return seat

    def changed(self, server: str, *, by: Seat) -> None:
        """Drop what everybody else has read of a server that was just changed, and what is being read of it."""
        self._epochs.advance(server)
        for seat in list(self._seats.values()):
            if seat is not by:
                seat.forget(server)

    def leave(self, user_id: int) -> None:
        """Drop everything read for this person; reads still under way end in the dropped seat."""
        self._seats.pop(user_id, None)
