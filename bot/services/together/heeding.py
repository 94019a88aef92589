"""Taking note of what other processes change: what this one has in memory of it is not believed any more."""

from __future__ import annotations

from bot.services.keys.accounts import AccountService
from bot.services.ports import Links, Names
from bot.services.servers.seats import Seats
from bot.services.several.adding import SeveralService


class Heeding:
    """The memory of this process, as the others speak of it."""

    def __init__(
        self, links: Links, names: Names, accounts: AccountService, seats: Seats, several: SeveralService
    ) -> None:
        self._links = links
        self._names = names
        self._accounts = accounts
        self._seats = seats
        self._several = several

    def link_changed(self, user_id: int) -> None:
        """Read the link anew; what is under way with the key goes on, for the account is the same."""
        self._links.forget(user_id)

    def link_replaced(self, user_id: int) -> None:
        """Read the link anew, and let nothing go on with the earlier key."""
        self._links.forget(user_id)
        self._accounts.linked_elsewhere(user_id)

    def link_deleted(self, user_id: int) -> None:
        """Forget the link, and let nothing go on with its key."""
        self._links.forget(user_id)
        self._accounts.unlinked_elsewhere(user_id)
        for server in self._names.forget(user_id):
            self._seats.changed_elsewhere(server)

    def server_changed(self, server: str) -> None:
        """Believe nothing that was read of the server before."""
        self._names.doubt(server)
        self._seats.changed_elsewhere(server)

    def plan_stopped(self, user_id: int, number: int) -> None:
        """Begin nothing more of a plan of several ports."""
        self._several.stopped_elsewhere(user_id, number)

    def out_of_touch(self) -> None:
        """Forget everything, and keep no link until somebody tells again what changes."""
        self._links.trust(told_of_changes=False)
        self._seats.trust(told_of_changes=False)

    async def in_touch(self) -> None:
        """Forget what was read meanwhile, keep links again, and end what was lent of keys that are gone."""
        self._links.trust(told_of_changes=True)
        self._seats.trust(told_of_changes=True)
        await self._names.load()
        await self._accounts.recall_loans()
