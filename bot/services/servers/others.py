"""The servers of others, which the panel shows to its administrators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.domain.models import GameServer, Listing
from bot.domain.progress import Progress
from bot.errors import BotError, UnknownServer
from bot.services.keys.accounts import AccountService
from bot.services.ports import Links, Panel
from bot.services.servers.reading import named_in
from bot.services.servers.seats import Seats


class Others:
    """Lists the servers of others, apart from a person's own and only when they are wanted.

    Who is no administrator never causes that call: whether somebody is one was told when they linked, or is asked once.
    """

    def __init__(self, links: Links, accounts: AccountService, panel: Panel, seats: Seats) -> None:
        self._links = links
        self._accounts = accounts
        self._panel = panel
        self._seats = seats

    async def are_shown_to(self, user_id: int) -> bool:
        """Tell whether this person is an administrator of the panel; no, where the panel cannot tell now.

        One call, once, for a link from before that was kept. Raises NotLinked or LinkUnreadable.
        """
        link = await self._accounts.profile(user_id)
        if link.account.is_admin is not None:
            return link.account.is_admin
        key, seat = await self._accounts.key_of(user_id), self._seats.of(user_id)
        try:
            is_admin = bool((await self._panel.account(key)).is_admin)
        except BotError:
            # So that the next keystroke does not ask in vain.
            seat.failed_at = seat.now()
            return False
        self._links.learned(user_id, is_admin=is_admin, linked_at=link.linked_at)
        return is_admin

    async def listing(self, user_id: int, *, fresh: bool = False) -> Listing:
        """Return the servers of others, from memory if read within a minute and `fresh` is not asked for.

        Raises UnknownServer for somebody to whom none are shown, NotLinked, or any PanelError.
        """
        if not await self.are_shown_to(user_id):
            raise UnknownServer("{panel} shows other people's servers only to its administrators.")
        seat = self._seats.of(user_id)
        known = None if fresh else seat.fresh_others
        if known is not None:
            return known

        async def read(progress: Progress) -> Listing:
            return await self._panel.listing(await self._accounts.key_of(user_id), others=True, progress=progress)

        return await seat.others.shared(read, seat.take_others, epoch=seat.epochs.total, fresh=fresh)

    async def named(self, user_id: int, text: str) -> GameServer:
        """Return the one of others' servers that was meant; raise UnknownServer, AmbiguousServer or any PanelError."""
        return await named_in(partial(self.listing, user_id), text, whose="your own or other people's servers")

    async def to_suggest(self, user_id: int, *, wanted: bool) -> Sequence[GameServer]:
        """Return what suggestions may offer: what was read within a minute; where it is `wanted`, read if need be."""
        seat = self._seats.of(user_id)
        if seat.fresh_others is not None:
            return seat.fresh_others.servers
        if not wanted or seat.failed_lately or not await self.are_shown_to(user_id):
            return ()
        return (await self.listing(user_id)).servers
