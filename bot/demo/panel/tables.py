"""Everything the simulated panel knows: its settings, the rows of its database, and how they are looked up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.demo.panel.daemon import Process
from bot.demo.panel.database import Engine, same
from bot.demo.panel.records import (
    Activity,
    Allocation,
    ApiKey,
    KeyKind,
    Maintenance,
    Node,
    Server,
    User,
)


@dataclass
class Tables:
    """The panel's settings and rows."""

    # The real default of auto-allocation is off; nobody could be shown anything with that.
    auto_allocation: bool = True
    range_start: int | str | None = None
    range_end: int | str | None = None
    """The ports of creation; None twice is what the flavour is usually set up with, "" is not set."""
    creates_new_rows: bool = True
    """Pelican's `create_new`: whether a row is made where the range has no free one."""
    two_factor_level: int = 0
    keys_per_account: int = 25
    seen_address: str | None = None
    """From where the panel sees every request come: a proxy that it does not trust, or another address of ours."""
    trusts_proxies: bool = False
    """Whether the address that `X-Forwarded-For` names counts instead; else that header is not looked at."""
    app_key_broken: bool = False
    database_down: bool = False
    strict_db: bool = False
    engine: Engine | None = None
    """Overrides the flavour's usual database."""
    maintenance: Maintenance | None = None
    requests_per_minute: int | None = None
    """Overrides the flavour's limit."""
    creates_per_minute: int | None = None
    """Overrides the flavour's limit of creations on one server, where it has one."""
    hides_administrators: bool = False
    """Whether what administrators do on other people's servers is left out of the activity log."""
    waits: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, compare=False)
    """How the panel waits for a slow machine."""
    clock: Callable[[], float] = field(default=time.time, compare=False)
    """The panel's, once it has this state."""

    users: dict[int, User] = field(default_factory=dict)
    keys: list[ApiKey] = field(default_factory=list)
    nodes: dict[int, Node] = field(default_factory=dict)
    servers: dict[int, Server] = field(default_factory=dict)
    allocations: dict[int, Allocation] = field(default_factory=dict)
    activity: list[Activity] = field(default_factory=list)
    processes: dict[int, Process] = field(default_factory=dict)
    """By server; those of which nothing was said have been running for long."""
    heard: dict[int, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    """When what was last heard of a server's process, which is repeated for a while."""

    def find_key(self, identifier: str, engine: Engine) -> ApiKey | None:
        """Look a key up by its identifier, as the database compares it; a revoked one is gone."""
        return next((key for key in self.keys if not key.revoked and same(engine, key.identifier, identifier)), None)

    def key(self, token: str) -> ApiKey:
        """Return the row of a key, to revoke or expire it."""
        return next(key for key in self.keys if key.token == token)

    def client_keys_of(self, user: User) -> list[ApiKey]:
        """Return a user's client keys, expired ones included, in the order in which they were made."""
        mine = (key for key in self.keys if key.user_id == user.id and not key.revoked)
        return [key for key in mine if key.kind is KeyKind.CLIENT]

    def allocations_of(self, server: Server) -> list[Allocation]:
        """Return the rows a server owns, in the order the panel lists them."""
        rows = (row for row in self.allocations.values() if row.server_id == server.id)
        return sorted(rows, key=lambda row: row.id)

    def process_of(self, server: Server) -> Process:
        """Return the process of a server, to see and to change what it does."""
        return self.processes.setdefault(server.id, Process.running(self.clock()))

    def primary_of(self, server: Server) -> Allocation:
        """Return the row the server's primary points at, owned or not."""
        found = self.find_primary(server)
        if found is None:
            raise LookupError(f"{server.name} has no primary")
        return found

    def find_primary(self, server: Server) -> Allocation | None:
        """Return the row the server's primary points at, owned or not, if it points at one."""
        return self.allocations.get(server.primary_id or 0)

    def server(self, identifier: str) -> Server:
        """Return a server by its short identifier or uuid."""
        found = self.find_server(identifier)
        if found is None:
            raise KeyError(identifier)
        return found

    def find_server(self, identifier: str, engine: Engine = Engine.MARIADB) -> Server | None:
        """Look a server up by its short or full uuid, as the database compares it."""
        return next(
            (
                s
                for s in self.servers.values()
                if same(engine, s.identifier, identifier) or same(engine, s.uuid, identifier)
            ),
            None,
        )

    def log(
        self,
        event: str,
        *,
        actor: User | None,
        ip: str = "127.0.0.1",
        is_api: bool = True,
        server: Server | None = None,
        row: Allocation | None = None,
        properties: Mapping[str, str | None] | None = None,
    ) -> None:
        """Write a line of the activity log: the server's, or else the actor's account's."""
        self.activity.append(
            Activity(
                len(self.activity) + 1,
                self.clock(),
                event,
                None if server is None else server.id,
                None if actor is None else actor.id,
                ip,
                is_api,
                None if row is None else row.as_logged(),
                dict(properties or {}),
            )
        )
