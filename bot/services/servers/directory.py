"""Which servers a person has: the list, the suggestions, and what they mean by what they type."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.lookup import (
    NoSuchServer,
    as_identifier,
    find_server,
    matching_allocations,
    matching_servers,
)
from bot.domain.models import Allocation, GameServer, Listing
from bot.domain.pasted import PanelHosts
from bot.domain.progress import Progress
from bot.domain.search import found
from bot.errors import AmbiguousServer, BotError, UnknownServer
from bot.services.keys.accounts import AccountService
from bot.services.ports import Panel
from bot.services.servers.others import Others
from bot.services.servers.reading import named_in
from bot.services.servers.seats import Seats

SUGGEST_WITHIN = 1.7
"""Seconds a cold suggestion may wait for the panel; Discord's own limit for autocomplete is 3."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Several servers to choose from, the one last used first."""

    servers: tuple[GameServer, ...]
    last_used: str | None
    unreadable: int = 0
    """Servers that the panel failed to list."""
    read_at: float | None = None
    """The Unix time at which the panel told them, where that was before this action."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Servers to suggest: a person's own, best first, and those of others."""

    own: list[GameServer]
    others: list[GameServer]


class Directory:
    """Reads server lists, one panel call for all that ask at once, and answers suggestions from memory."""

    def __init__(
        self, accounts: AccountService, panel: Panel, seats: Seats, others: Others, *, hosts: PanelHosts
    ) -> None:
        self._accounts = accounts
        self._panel = panel
        self._seats = seats
        self._others = others
        self._hosts = hosts

    @property
    def seats(self) -> Seats:
        """What was read for each person, and the clocks by which that ages."""
        return self._seats

    async def listing(self, user_id: int, *, fresh: bool = False) -> Listing:
        """Return the person's servers, from memory if read within a minute and `fresh` is not asked for."""
        seat = self._seats.of(user_id)
        known = None if fresh else seat.remembered
        if known is not None:
            return known

        async def read(progress: Progress) -> Listing:
            return await self._panel.listing(await self._accounts.key_of(user_id), progress=progress)

        return await seat.own.shared(read, seat.take_list, epoch=seat.epochs.total, fresh=fresh)

    async def choose(self, user_id: int, text: str | None) -> str | Choice:
        """Return the identifier of the server meant, or the choice where nothing was typed and there are several.

        Raises NoSuchServer or SeveralServers, which hold those that might be meant, ForeignAddress, NoServersAddress,
        NotLinked or any PanelError.
        """
        if text is not None and text.strip():
            return await self._named(user_id, text)
        choice = await self.choice(user_id)
        only_one = Listing(choice.servers, choice.unreadable).only
        return only_one.identifier if only_one else choice

    async def named(self, user_id: int, text: str) -> str:
        """Return the identifier of the server meant, as `choose` does; where nothing was typed, NoSuchServer holds all.

        Raises what `choose` does.
        """
        chosen = await self.choose(user_id, text)
        if isinstance(chosen, str):
            return chosen
        nothing = NoSuchServer("No server was named.")
        nothing.servers = chosen.servers
        raise nothing

    def identifier_in(self, text: str) -> str | None:
        """Return the short identifier where the text is one, a UUID, or the address of a server's page; else None.

        Raises ForeignAddress or NoServersAddress.
        """
        return as_identifier(text) or self._hosts.server_in(text)

    def remembered(self, user_id: int, identifier: str) -> GameServer | None:
        """Return the server as last read for this person, to name it and its ports; None if not read lately."""
        return self._seats.of(user_id).known(identifier)

    def name_of(self, user_id: int, identifier: str) -> str | None:
        """Return what the server was called when it was last read for this person; None if it was not, lately."""
        return self._seats.of(user_id).called(identifier)

    async def choice(self, user_id: int) -> Choice:
        """Return the person's servers as a picker offers them, page after page in the same order."""
        listing = await self.listing(user_id)
        last = (await self._accounts.profile(user_id)).last_server
        ordered = sorted(listing.servers, key=lambda server: server.identifier != last)
        known = any(server.identifier == last for server in ordered)
        return Choice(tuple(ordered), last if known else None, listing.unreadable, listing.read_at)

    async def _named(self, user_id: int, text: str) -> str:
        identifier = self.identifier_in(text)
        if identifier is None:
            try:
                return (await named_in(partial(self.listing, user_id), text)).identifier
            except NoSuchServer as unknown:
                near = unknown.servers
                unknown.servers = near or self._seats.of(user_id).last_list
                if not await self._others.are_shown_to(user_id):
                    raise
            return (await self._of_others_named(user_id, text, near)).identifier
        at_hand = self._seats.of(user_id).fresh_list
        if not at_hand:
            return identifier
        try:
            # A name may look like an identifier; where the list is at hand it decides.
            return find_server(at_hand, text).identifier
        except BotError:
            return identifier

    async def _of_others_named(self, user_id: int, text: str, near: tuple[GameServer, ...]) -> GameServer:
        try:
            return await self._others.named(user_id, text)
        except NoSuchServer as unknown:
            unknown.servers = (*near, *unknown.servers) or self._seats.of(user_id).last_list
            raise

    async def suggest_servers(self, user_id: int, text: str) -> Suggested:
        """Return matching servers for autocomplete; none rather than an error or a wait.

        An administrator's own come first; those of others are read where none of the own match.
        """
        until = asyncio.get_running_loop().time() + SUGGEST_WITHIN
        text = self._typed(text)
        own = matching_servers(await self._within_time(user_id, until), text)
        others = await self._others_within_time(user_id, until, wanted=not own)
        return Suggested(own, matching_servers(others, text))

    async def suggest_allocations(self, user_id: int, server: str, text: str) -> list[Allocation]:
        """Return matching allocations of the server named so far; an empty list rather than an error or a wait."""
        until = asyncio.get_running_loop().time() + SUGGEST_WITHIN
        server = self._typed(server)
        servers = await self._within_time(user_id, until)
        try:
            chosen = find_server(servers, server) if server.strip() else _only(servers)
        except AmbiguousServer:
            return []
        except UnknownServer:
            chosen = await self._of_others(user_id, until, server)
        shown = chosen and (self._seats.of(user_id).known(chosen.identifier) or chosen)
        return (matching_allocations(shown.allocations, text) or found(shown, text)) if shown else []

    def _typed(self, text: str) -> str:
        """Return the identifier in the place of a pasted address."""
        try:
            return self._hosts.server_in(text) or text
        except UnknownServer:
            return text

    async def _of_others(self, user_id: int, until: float, text: str) -> GameServer | None:
        """Return what was named among the servers of others, or was opened by its identifier lately."""
        identifier = as_identifier(text)
        opened = self._seats.of(user_id).known(identifier) if identifier else None
        if opened is not None:
            return opened
        try:
            return find_server(await self._others_within_time(user_id, until, wanted=True), text)
        except BotError:
            return None

    async def _within_time(self, user_id: int, until: float) -> tuple[GameServer, ...]:
        seat = self._seats.of(user_id)
        if seat.fresh_list is not None:
            return seat.fresh_list
        if seat.failed_lately:
            return seat.last_list
        try:
            async with asyncio.timeout_at(until):
                return (await self.listing(user_id)).servers
        except BotError:
            seat.failed_at = seat.now()
        except TimeoutError:
            pass  # the answer, when it comes, warms the memory for the next keystroke
        return seat.last_list

    async def _others_within_time(self, user_id: int, until: float, *, wanted: bool) -> Sequence[GameServer]:
        seat = self._seats.of(user_id)
        try:
            async with asyncio.timeout_at(until):
                # Whether the own match is only known once they are read.
                return await self._others.to_suggest(user_id, wanted=wanted and seat.fresh_list is not None)
        except BotError:
            seat.failed_at = seat.now()
        except TimeoutError:
            pass
        return ()


def _only(servers: Sequence[GameServer]) -> GameServer | None:
    return servers[0] if len(servers) == 1 else None
