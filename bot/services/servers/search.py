"""Finding a port, an address or a note over all servers of a person at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.models import GameServer, Listing
from bot.domain.progress import Progress
from bot.domain.rules import check_sought
from bot.domain.search import Hit, hits
from bot.errors import BotError
from bot.nextstep import NextStep
from bot.services.servers.directory import Directory
from bot.services.servers.others import Others
from bot.services.servers.seats import Seat, Seats

TOLD_EVERY = 2.0
"""Seconds between two words on how far a search is."""
TellProgress = Callable[[Progress], Awaitable[None]]


class NothingToFind(BotError):
    """What was to be searched for is blank."""

    title = "There is nothing to look for"
    advice = "Give a port, an address, or words of the notes to {/allocations find}."
    next_step = NextStep.SERVERS


class SearchForgotten(BotError):
    """What was searched for is no longer in memory."""

    title = "I no longer know what you searched for"
    advice = "Run {/allocations find} again. Nothing was changed."
    next_step = NextStep.SERVERS


@dataclass(frozen=True, slots=True)
class Findings:
    """What fits on all servers that were searched, best first, and what could not be searched."""

    text: str
    hits: tuple[Hit, ...]
    searched: int
    """How many servers."""
    partly: tuple[GameServer, ...]
    """Those of which the panel shows one port at most, to a person who perhaps may not see more."""
    unreadable: int
    """Servers that the panel failed to list."""
    read_at: float | None
    """The Unix time at which the panel told them, where that was before this action."""
    of_others: bool
    is_admin: bool


class Finder:
    """Searches what the lists of servers tell: what was read within a minute, else a call for each hundred servers."""

    def __init__(self, directory: Directory, others: Others, seats: Seats) -> None:
        self._directory = directory
        self._others = others
        self._seats = seats

    async def find(
        self, user_id: int, text: str, *, tell: TellProgress, of_others: bool = False, fresh: bool = False
    ) -> Findings:
        """Search the person's own servers, or as an administrator those of others; `tell` hears how far it is.

        Raises NothingToFind, KeyInNotes, UnknownServer for others' servers that are not shown, NotLinked, or any
        PanelError.
        """
        if not text.strip():
            raise NothingToFind
        check_sought(text)
        is_admin = await self._others.are_shown_to(user_id)
        listing = await self._read(user_id, of_others=of_others, fresh=fresh, tell=tell)
        fit = hits(listing.servers, text)
        if not fit and listing.read_at is not None:
            # Perhaps newer than what was read: ask the panel before saying no.
            listing = await self._read(user_id, of_others=of_others, fresh=True, tell=tell)
            fit = hits(listing.servers, text)
        seat = self._seats.of(user_id)
        # To an administrator the panel shows everything.
        partly = () if is_admin else tuple(server for server in listing.servers if _shown_in_part(server, seat))
        return Findings(
            text=text,
            hits=tuple(fit),
            searched=len(listing.servers),
            partly=partly,
            unreadable=listing.unreadable,
            read_at=listing.read_at,
            of_others=of_others,
            is_admin=is_admin,
        )

    async def _read(self, user_id: int, *, of_others: bool, fresh: bool, tell: TellProgress) -> Listing:
        listing = self._others.listing if of_others else self._directory.listing
        reading = asyncio.create_task(listing(user_id, fresh=fresh), name=f"search by {user_id}")
        try:
            while not reading.done():
                await asyncio.wait({reading}, timeout=TOLD_EVERY)
                seat = self._seats.of(user_id)
                if not reading.done():
                    await tell((seat.others if of_others else seat.own).progress)
            return await reading
        finally:
            # The list itself goes on being read, for whoever asks next.
            reading.cancel()


def _shown_in_part(server: GameServer, seat: Seat) -> bool:
    """Tell whether the panel perhaps shows only the primary; a list does not tell permissions, one server does."""
    known = seat.known(server.identifier)
    if known is not None and known.permissions is not None:
        return known.restricted
    return not server.is_owner and len(server.allocations) <= 1
