"""The name that players type in the place of an address: giving it, clearing it, and where DNS says that it leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.hostnames import JoinName, read_name
from bot.domain.models import Allocation, GameServer, GivenName
from bot.domain.resolved import TO_PRIMARY, Finding, Leads, Memory, judged, records_for
from bot.domain.rules import GRANTED_BY
from bot.errors import BotError
from bot.nextstep import NextStep
from bot.panel.errors import ServerNotFound
from bot.services.allocations import AllocationService
from bot.services.changing.changes import Change
from bot.services.game.power import Listens, Power
from bot.services.game.since import PrimarySince
from bot.services.ports import Clock, Names, Resolver
from bot.services.servers.about import about_its_server
from bot.services.servers.seats import Seats
from bot.services.together.fleet import News

_TELLS_SINCE = frozenset({Leads.TO_OLD_PORT, Leads.TO_NO_SERVICE, Leads.PARTLY, Leads.TO_OTHER_PORT})
"""What is told with since when the primary is what it is."""
_TELLS_WHERE = TO_PRIMARY | {Leads.TO_OLD_PORT}
"""What is told, after a change of the primary, with where the game listens until it restarts."""
_LEADS_HERE = TO_PRIMARY | {Leads.TO_OLD_PORT, Leads.PARTLY, Leads.TO_OTHER_PORT}
"""What is told, after a change of the primary, of the alias of the one before: else players may not come by it."""


class NamingNotPermitted(BotError):
    """The person sees the server, but may not change its allocations, which giving it a name asks for."""

    title = "You may not change the name that players type"
    advice = (
        "Ask the server's owner to grant you the panel permission `allocation.update` on {panel} under Users. "
        "Nothing was changed."
    )
    next_step = NextStep.ALLOCATIONS


class NameForgotten(BotError):
    """The name that waited in memory for a choice of the server is no longer there."""

    title = "I no longer know the name you gave"
    advice = "Run {/allocations address} again. Nothing was changed."
    next_step = NextStep.ALLOCATIONS


class NothingToName(BotError):
    """The server has no port in use, so there is nothing that a name could lead to."""

    title = "This server has no port that a name could lead to"
    advice = "Add a port first, or ask your host for one. Nothing was changed."
    next_step = NextStep.ALLOCATIONS


@dataclass(frozen=True, slots=True)
class Naming:
    """What became of giving a server a name, or of clearing it."""

    server: GameServer
    """As it is now."""
    earlier: JoinName | None
    """The name that somebody had given before."""

    @property
    def already(self) -> bool:
        """Whether it was so before."""
        return (self.server.given.name if self.server.given else None) == self.earlier


@dataclass(frozen=True, slots=True)
class OwnName:
    """A name that this person gave, be it of a server that the panel does not show them any more."""

    server: str
    """The server's identifier."""
    name: JoinName
    called: str | None
    """What the server was called, where it was read lately."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """When DNS told what it was not asked for anew."""

    told: datetime
    again: datetime
    """From when on it is asked again."""
    whole: bool
    """Whether that is all that it told."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Where a server's name leads, and since when its primary is what it is, as far as that is known."""

    finding: Finding
    since: datetime | None = None
    listens: Listens | None = None
    """Where the game listens, after a change of the primary; None where that was not asked."""
    remembered: Remembered | None = None
    """When DNS told it; None where it was asked for all of it just now."""
    of_earlier: bool = False
    """Whether the name is the alias of the primary before a change, which the server's page does not have any more."""

    @property
    def is_listened_at(self) -> bool:
        """Whether it is known that the game that runs listens at the primary since its start."""
        return self.listens is not None and self.listens.is_at(self.finding.primary)


class Joining:
    """Gives servers the names that players type, for those who may change their allocations, and looks them up."""

    def __init__(
        self,
        allocations: AllocationService,
        names: Names,
        since: PrimarySince,
        seats: Seats,
        resolver: Resolver | None,
        *,
        power: Power,
        news: News,
        now: Clock,
    ) -> None:
        self._allocations = allocations
        self._names = names
        self._since = since
        self._seats = seats
        self._power = power
        self._news = news
        self.resolver = resolver
        """What asks DNS; None where the extra for it is not installed."""
        self.now = now

    @property
    def looks_up(self) -> bool:
        """Whether names are looked up at all."""
        return self.resolver is not None

    @about_its_server
    async def view(self, user_id: int, server: str) -> GameServer:
        """Return the server as the panel has it now, with its name as it is stored: one call."""
        await self._names.read_again(server)
        return await self._allocations.view(user_id, server)

    @about_its_server
    async def view_or_own(self, user_id: int, server: str) -> GameServer | OwnName:
        """Return the server, or where the panel does not show it the name that this person gave it: one call."""
        try:
            return await self.view(user_id, server)
        except ServerNotFound:
            own = self._own(user_id, server)
            if own is None:
                raise
            return own

    def _own(self, user_id: int, server: str) -> OwnName | None:
        given = self._names.of(server)
        return None if given is None or given.user_id != user_id else self._called(given)

    def _called(self, given: GivenName) -> OwnName:
        return OwnName(given.server, given.name, self._seats.of(given.user_id).called(given.server))

    async def given_by(self, user_id: int) -> list[OwnName]:
        """Return the names that this person gave, the oldest first."""
        return [self._called(given) for given in await self._names.given_by(user_id)]

    @about_its_server
    async def give(self, user_id: int, server: str, text: str) -> Naming | OwnName:
        """Give a server the name that was typed, or clear it with an empty text; one call.

        Raises NotAHostName, NamingNotPermitted, NothingToName, NotLinked or any PanelError.
        """
        try:
            now = await self.view(user_id, server)
        except ServerNotFound:
            own = self._own(user_id, server)
            if text.strip() or own is None:
                raise
            # Whoever lost the server, or deleted it, still has a say over what they told the bot.
            await self._names.clear(server)
            self._seats.of(user_id).changed(server, None)
            await self._news.changed(server)
            return own
        given = now.given
        earlier = given.name if given else None
        if not _may(now) and not (not text.strip() and given is not None and given.user_id == user_id):
            raise NamingNotPermitted("You see this server, but may not change its ports.")
        # Read now only: whoever may not give a name is not asked for a better one.
        name = read_name(text) if text.strip() else None
        if name is not None and not now.allocations:
            raise NothingToName("{panel} shows me no port of this server.")
        if name == earlier:
            return Naming(now, earlier)
        made = None if name is None else GivenName(now.identifier, name, user_id, self.now())
        if made is None:
            await self._names.clear(now.identifier)
        else:
            await self._names.put(made)
        after = replace(now, given=made)
        # What anybody has read of this server before has the earlier name.
        self._seats.of(user_id).changed(now.identifier, after)
        await self._news.changed(now.identifier)
        return Naming(after, earlier)

    async def looked(self, user_id: int, server: GameServer) -> Looked | None:
        """Return where the server's name leads, within a second; None where there is nothing to look up.

        DNS is asked, but for what it answered before and that still holds.
        """
        looked = await self._found(server, server.join_name)
        if looked is None or looked.finding.leads not in _TELLS_SINCE:
            return looked
        return replace(looked, since=await self._since.of(user_id, server))

    async def found(self, server: GameServer) -> Looked | None:
        """Return the same without since when the primary is what it is: no call to the panel."""
        return await self._found(server, server.join_name)

    async def after(self, user_id: int, change: Change) -> Looked | None:
        """Return where the server's name leads after a change of its primary; None where nothing is told.

        Where nobody gave it one, players type the earlier primary's alias, if that is a name and leads to the server.
        """
        server, at = change.with_new_primary, self.now()
        if server is None:
            return None
        looked = await self._found(server, _earlier_alias(server, change.previous))
        if looked is not None and looked.finding.leads in _LEADS_HERE:
            looked = replace(looked, of_earlier=True)
        else:
            looked = await self._found(server, server.join_name)
        if looked is None:
            return None
        tells = self._power.listens if looked.finding.leads in _TELLS_WHERE else self._power.listens_again
        return replace(looked, since=at, listens=await tells(user_id, server))

    async def _found(self, server: GameServer, name: JoinName | None) -> Looked | None:
        primary = server.primary
        if self.resolver is None or name is None or primary is None:
            return None
        resolved = await self.resolver.look_up(name.host, records_for(name, server.game))
        finding = judged(name, primary, server.game, resolved)
        return Looked(finding, remembered=_remembered(resolved.memory, self.now()))


def _earlier_alias(server: GameServer, previous: Allocation | None) -> JoinName | None:
    """Return the name by which players came until the primary was changed, where that is not the server's any more."""
    alias = previous.other.name if previous is not None and previous.other is not None else None
    if alias is None or server.given is not None:
        return None
    return None if server.join_name is not None and server.join_name.host == alias.host else alias


def _remembered(memory: Memory | None, now: datetime) -> Remembered | None:
    if memory is None:
        return None
    told, again = now - timedelta(seconds=memory.age), now + timedelta(seconds=memory.holds)
    return Remembered(told, again, memory.whole)


def _may(server: GameServer) -> bool:
    return server.is_owner or server.may("allocation.update")


def cannot_name(server: GameServer) -> str | None:
    """Say why this person cannot give the server a name, or return None."""
    if not _may(server):
        return f"You lack the panel permission `allocation.update`. {GRANTED_BY}"
    return None if server.allocations else "It has no port that a name could lead to."
