"""A request that got past the door: what an endpoint needs to answer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.demo.panel.database import Database, Engine
from bot.demo.panel.flavours import Traits
from bot.demo.panel.records import Allocation, Server, User
from bot.demo.panel.requests import PanelRequest
from bot.demo.panel.state import PanelState


@dataclass(slots=True)
class Chance:
    """The panel's random choices; tests replace them to follow a recorded run."""

    random: Random
    row: Callable[[Sequence[Allocation]], Allocation] = field(init=False)
    port: Callable[[Sequence[int]], int] = field(init=False)
    token: Callable[[], str | None] = field(init=False)
    """A new API key; None is the next of those counted through."""

    def __post_init__(self) -> None:
        self.row = self.random.choice
        self.port = self.random.choice
        self.token = lambda: None


@dataclass(slots=True)
class Call:
    """An authenticated request with everything its path named looked up."""

    request: PanelRequest
    state: PanelState
    traits: Traits
    chance: Chance
    database: Database
    user: User
    params: dict[str, str]
    fields: dict[str, Any]
    found_server: Server | None = None
    found_allocation: Allocation | None = None

    @property
    def engine(self) -> Engine:
        """What the panel keeps its data in."""
        return self.state.engine or self.traits.engine

    def log(self, event: str, row: Allocation | None = None, **properties: str | None) -> None:
        """Write a line of the server's activity log, or of the account's where the path names none."""
        self.state.log(
            event,
            actor=self.user,
            ip=self.request.client_ip,
            server=self.found_server,
            row=row,
            properties=properties,
        )

    @property
    def server(self) -> Server:
        """The server the path named; only routes with one ask."""
        if self.found_server is None:
            raise LookupError("this route names no server")
        return self.found_server

    @property
    def allocation(self) -> Allocation:
        """The allocation the path named; only routes with one ask."""
        if self.found_allocation is None:
            raise LookupError("this route names no allocation")
        return self.found_allocation
