"""The services together, as the cogs reach them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.accounts import AccountService
from bot.services.allocations import AllocationService
from bot.services.directory import Directory
from bot.services.ports import Clock, Links, Panel
from bot.services.seats import Seats
from bot.services.turns import Turns


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case the bot offers."""

    accounts: AccountService
    directory: Directory
    allocations: AllocationService
    turns: Turns

    @classmethod
    def assemble(cls, links: Links, panel: Panel, *, now: Clock) -> Services:
        """Return the services on a store of links and a panel."""
        seats = Seats()
        turns = Turns()
        accounts = AccountService(links, panel, seats, now=now)
        return cls(accounts, Directory(accounts, panel, seats), AllocationService(accounts, panel, seats, turns), turns)
