"""Which servers a person has: the list, the suggestions, and what they mean by what they type."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.domain.lookup import (
    allocation_named,
    as_identifier,
    find_allocation,
    find_server,
    matching_allocations,
    matching_servers,
)
from bot.domain.models import Allocation, GameServer
from bot.errors import BotError, UnknownServer
from bot.services.accounts import AccountService
from bot.services.ports import Panel
from bot.services.seats import Seat, Seats

SUGGEST_WITHIN = 1.7
"""Seconds a cold suggestion may wait for the panel; Discord's own limit for autocomplete is 3."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Several servers to choose from, the one last used first."""

    servers: tuple[GameServer, ...]
    last_used: str | None


class Directory:
    """Reads server lists, one panel call for all that ask at once, and answers suggestions from memory."""

    def __init__(self, accounts: AccountService, panel: Panel, seats: Seats) -> None:
        self._accounts = accounts
        self._panel = panel
        self._seats = seats

    async def servers(self, user_id: int, *, fresh: bool = False) -> tuple[GameServer, ...]:
        """Return the person's servers, from memory if read within a minute and `fresh` is not asked for."""
        seat = self._seats.of(user_id)
        if not fresh and seat.fresh_list is not None:
            return seat.fresh_list
        if seat.fetch is None or seat.fetch.done():
            seat.fetch = asyncio.create_task(self._fetch(user_id, seat), name=f"server list of {user_id}")
            seat.fetch.add_done_callback(lambda task: task.cancelled() or task.exception())
        # Shielded: a reader who gives up must not take the answer from the others, nor from the next keystroke.
        return await asyncio.shield(seat.fetch)

    async def _fetch(self, user_id: int, seat: Seat) -> tuple[GameServer, ...]:
        since = seat.epochs.total
        servers = await self._panel.servers(await self._accounts.key_of(user_id))
        seat.take_list(servers, since=since)
        return servers

    async def choose(self, user_id: int, text: str | None) -> str | Choice:
        """Return the identifier of the server meant, or the choice where nothing was typed and there are several.

        Raises UnknownServer, AmbiguousServer, NotLinked or any PanelError.
        """
        if text is not None and text.strip():
            return await self._named(user_id, text)
        choice = await self.choice(user_id)
        return choice.servers[0].identifier if len(choice.servers) == 1 else choice

    async def choice(self, user_id: int) -> Choice:
        """Return the person's servers as a picker offers them, page after page in the same order."""
        servers = await self.servers(user_id)
        last = (await self._accounts.profile(user_id)).last_server
        ordered = sorted(servers, key=lambda server: server.identifier != last)
        return Choice(tuple(ordered), last if any(s.identifier == last for s in servers) else None)

    async def _named(self, user_id: int, text: str) -> str:
        identifier = as_identifier(text)
        if identifier is None:
            remembered = self._seats.of(user_id).fresh_list is not None
            try:
                return find_server(await self.servers(user_id), text).identifier
            except UnknownServer:
                if not remembered:
                    raise
            # Perhaps newer than what was read: ask the panel before saying no.
            return find_server(await self.servers(user_id, fresh=True), text).identifier
        try:
            # A name may look like an identifier; where the list is at hand it decides.
            return find_server(self._seats.of(user_id).fresh_list or (), text).identifier
        except BotError:
            return identifier

    async def locate(self, user_id: int, server: str, text: str) -> Allocation:
        """Return the allocation meant by an id, port or address; reads the server only if it was not read lately.

        Raises UnknownAllocation, NotLinked or any PanelError.
        """
        seat = self._seats.of(user_id)
        known = seat.known(server)
        if known is not None:
            try:
                return find_allocation(known.allocations, text)
            except BotError:
                pass  # perhaps newer than what was read: ask the panel before saying no
        key = await self._accounts.key_of(user_id, server=server)
        since = seat.epochs.of(server)
        fresh = await self._panel.server(key, server)
        seat.take(fresh, since=since)
        return allocation_named(fresh, text)

    async def suggest_servers(self, user_id: int, text: str) -> list[GameServer]:
        """Return matching servers for autocomplete; an empty list rather than an error or a wait."""
        servers = await self._within_time(user_id)
        return matching_servers(servers, text)

    async def suggest_allocations(self, user_id: int, server: str, text: str) -> list[Allocation]:
        """Return matching allocations of the server named so far; an empty list rather than an error or a wait."""
        servers = await self._within_time(user_id)
        try:
            chosen = find_server(servers, server) if server.strip() else (servers[0] if len(servers) == 1 else None)
        except BotError:
            return []
        if chosen is None:
            return []
        known = self._seats.of(user_id).known(chosen.identifier) or chosen
        return matching_allocations(known.allocations, text)

    async def _within_time(self, user_id: int) -> tuple[GameServer, ...]:
        seat = self._seats.of(user_id)
        if seat.fresh_list is not None:
            return seat.fresh_list
        if seat.failed_lately:
            return seat.last_list
        try:
            async with asyncio.timeout(SUGGEST_WITHIN):
                return await self.servers(user_id)
        except BotError:
            seat.failed_at = seat.now()
        except TimeoutError:
            pass  # the answer, when it comes, warms the memory for the next keystroke
        return seat.last_list
