"""Posting a server's address where others read it: who may, what of, and how often."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cachetools import LRUCache

from bot.domain.marks import mark
from bot.domain.models import GameServer
from bot.domain.posted import Line, line_of
from bot.domain.rules import GRANTED_BY
from bot.errors import BotError
from bot.nextstep import NextStep
from bot.services.allocations import AllocationService
from bot.services.together.fleet import Marks

ANYONE, PERMITTED, OFF = "anyone", "permitted", "off"
"""Who may post: whoever sees the server, whoever may change its allocations, nobody."""
PAUSE = 300.0
"""Seconds for which a person does not post the same server's address in the same channel again."""
_POSTS = 10_000
"""Posts that are remembered; a restart forgets them where the process is the only one."""
_SWITCHED_OFF = "Whoever runs this bot has switched it off. Nothing was posted."


class SharingOff(BotError):
    """The operator lets nobody post addresses."""

    title = "Posting addresses is switched off"
    advice = "Copy the address from the list and send it yourself."
    next_step = NextStep.ALLOCATIONS


class SharingNotPermitted(BotError):
    """The person sees the server, but may not change its allocations, which posting its address asks for here."""

    title = "You may not post this server's address"
    advice = f"Copy the address from the list and send it yourself. {GRANTED_BY}"
    next_step = NextStep.ALLOCATIONS


class NothingToShare(BotError):
    """The server has no primary allocation, so there is no address to post."""

    title = "There is no address to post"
    advice = "Choose a port in the list and make it the primary first."
    next_step = NextStep.ALLOCATIONS


class NoNameToShare(BotError):
    """Public posts are to show no IP address here, and this server has no name that players type."""

    title = "This server has no name to post"
    advice = "Give it the name that players type with {/allocations address}, or send the address yourself."
    next_step = NextStep.NAME


class AddressInName(NoNameToShare):
    """Public posts are to show no IP address here, and the name that players type has one within it."""

    title = "The name that players type shows an IP address"
    advice = "Give the server another name with {/allocations address}, or send this one yourself."


class SharedLately(BotError):
    """The same person has posted the same server's address in the same channel within five minutes."""

    title = "You have just posted this address here"
    advice = "Point to the message that is there already, or wait."


class AddressChanged(BotError):
    """What would be posted is no longer what the person was shown; nothing was posted."""

    title = "The address has changed meanwhile"
    advice = "Look at {/allocations list} for what the server has now. Nothing was posted."
    next_step = NextStep.ALLOCATIONS
    server: GameServer | None = None
    """The server as it is now."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Who posts the address of which server, and in which channel."""

    user_id: int
    server: str
    channel: int

    @property
    def mark(self) -> str:
        """What marks, over all processes, that it was posted."""
        return f"post {self.user_id} {self.server} {self.channel}"


def mark_of(server: GameServer) -> str:
    """Return a mark that tells what is posted of this server from anything else, and fits into a custom_id."""
    return mark(str(server.typed), server.name)


class Sharing:
    """Reads what is to be posted with the person's own key, and lets it be posted as often as is bearable."""

    def __init__(self, allocations: AllocationService, *, who: str, hide_ips: bool, marks: Marks) -> None:
        self._allocations = allocations
        self._marks = marks
        self._who = who
        self._hide_ips = hide_ips
        self._posted: LRUCache[Spot, float] = LRUCache(_POSTS)
        self.clock: Callable[[], float] = time.time
        """Tells Unix seconds."""

    def offers(self, server: GameServer) -> bool:
        """Tell whether this person may post the address of the server as it was just read."""
        return server.primary is not None and self._refusal(server) is None

    async def look(self, spot: Spot) -> GameServer:
        """Return the server whose address would be posted, as it is now: one call.

        Where IP addresses are not to be shown, it has none that would be. Raises SharingOff, SharedLately,
        SharingNotPermitted, NothingToShare, NoNameToShare or any PanelError.
        """
        if self._who == OFF:
            raise SharingOff(_SWITCHED_OFF)
        self._check_pause(spot)
        now = await self._allocations.view(spot.user_id, spot.server)
        refusal = self._refusal(now)
        if refusal is not None:
            raise refusal
        if now.primary is None:
            raise NothingToShare("This server has no primary port. Nothing was posted.")
        if self.line(now).typed is None:
            if now.join_name:
                raise AddressInName("Whoever runs this bot lets it show no IP address in a post. Nothing was posted.")
            raise NoNameToShare("Whoever runs this bot lets it show names only, and no IP address. Nothing was posted.")
        return now

    def line(self, server: GameServer) -> Line:
        """Return what is posted of a server."""
        return line_of(server, hide_ips=self._hide_ips)

    @asynccontextmanager
    async def posting(self, spot: Spot, *, seen: str) -> AsyncIterator[GameServer]:
        """Yield the server as `look` does, for a block that posts its address; if that fails, it was not posted.

        `seen` is the mark of what the person was shown. Raises AddressChanged too.
        """
        now = await self.look(spot)
        # Another press of the same person may have posted it while this one asked the panel.
        self._check_pause(spot)
        if mark_of(now) != seen:
            changed = AddressChanged()
            changed.server = now
            raise changed
        self._posted[spot] = self.clock()
        marked = posted = False
        try:
            until = await self._marks.put(spot.mark, PAUSE)
            if until is not None:
                raise _shared_lately(until)
            marked = True
            yield now
            posted = True
        finally:
            if not posted:
                self._posted.pop(spot, None)
                if marked:
                    await self._marks.remove(spot.mark)

    def _refusal(self, server: GameServer) -> BotError | None:
        if self._who == OFF:
            return SharingOff(_SWITCHED_OFF)
        if self._who == PERMITTED and not (server.is_owner or server.may("allocation.update")):
            return SharingNotPermitted(
                "It takes the panel permission `allocation.update`, which you lack. Nothing was posted."
            )
        return None

    def _check_pause(self, spot: Spot) -> None:
        posted = self._posted.get(spot)
        # A clock that was set back ends the pause too: nobody is to wait for it to catch up.
        if posted is not None and posted <= self.clock() < posted + PAUSE:
            raise _shared_lately(posted + PAUSE)


def _shared_lately(until: float) -> SharedLately:
    return SharedLately(
        "I post a server's address once every five minutes for each person and channel.", retry_at=until
    )
