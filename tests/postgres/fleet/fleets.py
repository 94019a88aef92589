"""Two processes on one database, and what they hear of each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import KEY_BYTES, Vault

ANN, BOB = 1, 2
VAULT = Vault([b"k" * KEY_BYTES])
LINK = (
    "INSERT INTO links (user_id, panel_origin, panel_user_id, panel_username, sealed_key, masked_key, linked_at, "
    "is_admin) VALUES "
)
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '{}'"


@dataclass
class Heard:
    """What a process is told, in its order."""

    words: list[str] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def _note(self, *words: object) -> None:
        self.words.append(" ".join(map(str, words)))
        self._more.set()

    def link_changed(self, user_id: int) -> None:
        """Take note."""
        self._note("changed", user_id)

    def link_replaced(self, user_id: int) -> None:
        """Take note."""
        self._note("replaced", user_id)

    def link_deleted(self, user_id: int) -> None:
        """Take note."""
        self._note("deleted", user_id)

    def server_changed(self, server: str) -> None:
        """Take note."""
        self._note("server", server)

    def plan_stopped(self, user_id: int, number: int) -> None:
        """Take note."""
        self._note("stopped", user_id, number)

    def out_of_touch(self) -> None:
        """Take note."""
        self._note("out")

    async def in_touch(self) -> None:
        """Take note."""
        self._note("in")

    async def until(self, true: Callable[[list[str]], bool]) -> list[str]:
        """Return what was told once it is as wanted."""
        async with asyncio.timeout(15):
            while not true(self.words):
                self._more.clear()
                await self._more.wait()
        return self.words


@dataclass
class Fleets:
    """Two processes on one database."""

    url: str
    one: PostgresFleet
    two: PostgresFleet
    heard: Heard

    @property
    def database(self) -> str:
        """The database's name."""
        return self.url.rpartition("/")[2]
