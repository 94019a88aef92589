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
KEPT = 600.0
"""Seconds after which everything read for a person is dropped."""
PEOPLE = 5_000
DETAILS = 16


@dataclass(slots=True)
class Seat:
    """One person's recent reads; a new seat after each change of key, so that no answer outlives its key."""

    servers: tuple[GameServer, ...] | None = None
    servers_at: float = 0.0
    details: LRUCache[str, GameServer] = field(default_factory=lambda: LRUCache(DETAILS))
    fetch: asyncio.Task[tuple[GameServer, ...]] | None = None
    now: Callable[[], float] = time.monotonic

    def take_list(self, servers: tuple[GameServer, ...]) -> None:
        """Keep a server list that was just read."""
        self.servers = servers
        self.servers_at = self.now()

    def take(self, server: GameServer) -> None:
        """Keep one server as just read or changed, in the details and in the list."""
        self.details[server.identifier] = server
        if self.servers is not None:
            self.servers = tuple(server if s.identifier == server.identifier else s for s in self.servers)

    @property
    def fresh_list(self) -> tuple[GameServer, ...] | None:
        """The server list while it is at most a minute old."""
        return self.servers if self.servers is not None and self.now() - self.servers_at < FRESH else None

    def known(self, identifier: str) -> GameServer | None:
        """Return the server as last read, with permissions if possible; None if it was not read lately."""
        detailed = self.details.get(identifier)
        if detailed is not None:
            return detailed
        return next((s for s in self.servers or () if s.identifier == identifier), None)


class Seats:
    """The seats of all people, bounded in number and time; nobody's seat is reachable by another's id."""

    def __init__(self) -> None:
        self._seats: TTLCache[int, Seat] = TTLCache(PEOPLE, KEPT)

    def of(self, user_id: int) -> Seat:
        """Return this person's seat."""
        seat = self._seats.get(user_id)
        if seat is None:
            seat = self._seats[user_id] = Seat()
        return seat

    def leave(self, user_id: int) -> None:
        """Drop everything read for this person; reads still under way end in the dropped seat."""
        self._seats.pop(user_id, None)
