"""What everybody changed on a server, by the panel's own log of it: one call for each page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.activity import PORTS, LoggedChange, LoggedPage
from bot.domain.models import ApiKey
from bot.errors import BotError
from bot.nextstep import NextStep
from bot.panel.errors import PermissionDenied, ServerBlocked
from bot.services.keys.accounts import AccountService
from bot.services.ports import Panel
from bot.services.servers.about import about_its_server
from bot.services.servers.seats import Seats

PER_PAGE = 8
NEWEST = 0
"""The number of the first page; the others count from the beginning of the log, so that new lines shift none."""


class Scope(StrEnum):
    """Which events are shown."""

    PORTS = "ports"
    POWER = "power"
    ALL = "all"


_EVENTS = {Scope.PORTS: PORTS, Scope.POWER: "server:power", Scope.ALL: ""}


class LogNotShown(BotError):
    """The panel does not show this person the server's log, or shows it to nobody in the server's state."""

    title = "{panel} does not show me this server's log"
    advice = "Ask the server's owner to grant it on {panel} under Users."
    next_step = NextStep.ALLOCATIONS


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines of a server's log, newest first."""

    server: str
    name: str | None
    """The server's name, where it is known without asking for it."""
    scope: Scope
    lines: tuple[LoggedChange, ...]
    total: int
    number: int
    """`NEWEST`, or counted from the beginning of the log."""
    username: str
    """Who looks, by the name on the panel."""
    drops_tags: bool
    """Whether this panel's log leaves out of texts what stands in angle brackets."""
    addresses: tuple[str, ...] = ()
    """The server's own, where they are known without asking for them."""

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return _whole_pages(self.total) + 1

    @property
    def position(self) -> int:
        """Which of them this is, from 1 for the newest."""
        return self.pages + 1 - self.number if self.number else 1

    @property
    def newer(self) -> int | None:
        """The number of the page before, None on the newest."""
        if self.number == NEWEST:
            return None
        return self.number + 1 if self.number < _whole_pages(self.total) else NEWEST

    @property
    def older(self) -> int | None:
        """The number of the page after, None on the oldest."""
        return ((self.number or self.pages) - 1) or None


def _whole_pages(total: int) -> int:
    """Return how many whole pages lie before the newest, which holds what is left: up to one line less than two."""
    return max(0, total // PER_PAGE - 1)


class ServerLog:
    """Reads the panel's log of a server with the key of the person who asks.

    The panel knows seconds only, gives what happened within one oldest first, and does so across its pages when it is
    asked for the newest first. Hence all pages but the newest are asked for oldest first, and turned round.
    """

    def __init__(self, accounts: AccountService, panel: Panel, seats: Seats) -> None:
        self._accounts = accounts
        self._panel = panel
        self._seats = seats

    @about_its_server
    async def page(self, user_id: int, server: str, *, scope: Scope = Scope.PORTS, number: int = NEWEST) -> LogPage:
        """Return a page of the log, the newest one where there is none of that number any more.

        Raises LogNotShown, NotLinked, or any PanelError.
        """
        username = (await self._accounts.profile(user_id)).account.username
        key = await self._accounts.key_of(user_id)
        found = await self._read(key, server, scope, number) if number else None
        if found is None or number > _whole_pages(found.total):
            number, found = NEWEST, await self._read(key, server, scope, NEWEST)
        known = self._seats.of(user_id).known(server)
        shown = PER_PAGE if number else found.total - _whole_pages(found.total) * PER_PAGE
        return LogPage(
            server,
            known.name if known else None,
            scope,
            found.lines[:shown],
            found.total,
            number,
            username,
            found.drops_tags,
            tuple(row.bare_address for row in known.allocations) if known else (),
        )

    async def _read(self, key: ApiKey, server: str, scope: Scope, number: int) -> LoggedPage:
        oldest_first = (number, PER_PAGE) if number else None
        try:
            return await self._panel.log(key, server, events=_EVENTS[scope], oldest_first=oldest_first)
        except PermissionDenied as refusal:
            raise LogNotShown("Your panel account lacks the permission `activity.read` on this server.") from refusal
        except ServerBlocked as refusal:
            closed = LogNotShown(
                "{panel} shows nobody the log of a server in this state.",
                advice="Look again when that is over; if it stays so, ask your host.",
            )
            closed.panel_words = refusal.panel_words
            closed.next_step = NextStep.TRY_AGAIN
            raise closed from refusal
