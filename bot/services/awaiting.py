"""Which changes a game server has not seen yet, because its process was started before them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.domain.models import Allocation, GameServer
from bot.domain.record import Entry, Outcome
from bot.errors import BotError
from bot.services.accounts import AccountService
from bot.services.changes import Verb
from bot.services.ports import Clock, Panel, Record

_ALLOCATIONS = "server:allocation"
_SEEN_AT_START = {f"{_ALLOCATIONS}.{verb}": verb for verb in (Verb.CREATE, Verb.PRIMARY, Verb.DELETE)}
"""Notes are the panel's alone: no game knows them."""
_LATEST = 50
"""Own changes that are looked through."""
LATELY = 86400.0
"""Seconds for which a change of one's own is told of where it is not asked what the server does."""
_SAME = 5.0
"""Seconds by which the panel's log and the record may differ on one change."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change that takes effect at the next start: what was done, to which address, and when in Unix seconds."""

    verb: Verb
    address: str
    at: float
    before: str | None = None
    """Of a promotion, the address of the primary before it, where that is on record."""
    is_sure: bool = False
    """Whether the panel was asked, and says that no process was started since."""


@dataclass(frozen=True, slots=True)
class PortStory:
    """What is known of one port since its server's process was started."""

    change: Waiting | None = None
    """What was done with it since, so that the process does not know of it: it was added, or made the primary."""
    known: bool = False
    """Whether it is known when the port was added."""


class Awaiting:
    """Asks the panel's log where the person may read it, which knows everybody's changes, else their own record."""

    def __init__(self, accounts: AccountService, panel: Panel, record: Record, *, now: Clock) -> None:
        self._accounts = accounts
        self._panel = panel
        self._record = record
        self._now = now

    async def lately(self, user_id: int, server: GameServer, row: Allocation) -> Waiting | None:
        """Return what this person did with a port within a day that the game sees at a start: no call.

        Whether there was a start since is not known from that; nor is anything, where the record cannot be read.
        """
        try:
            entries, _ = await self._record.page(user_id, server=server.identifier, offset=0, limit=_LATEST)
        except BotError:
            return None
        since = self._now().timestamp() - LATELY
        changes = [_of_entry(entry) for entry in entries if _is_seen_at_start(entry)]
        mine = [change for change in changes if change.at > since and change.address in row.spellings]
        held = [change for change in mine if change.verb is Verb.CREATE or (_promoted(change) and row.is_primary)]
        return held[0] if held else None

    async def since(self, user_id: int, server: GameServer, start: float) -> tuple[Waiting, ...]:
        """Return what the changes after a start came to, newest first: one call or none.

        What was taken back since is left out: a primary that is the old one again, a port that came and went.
        """
        entries, _ = await self._record.page(user_id, server=server.identifier, offset=0, limit=_LATEST)
        recorded = [_of_entry(entry) for entry in entries if _is_seen_at_start(entry)]
        try:
            found = await self._logged(user_id, server) if server.may("activity.read") else recorded
        except BotError:
            found = recorded
        changes = [change for change in found if change.at > start]
        earlier = next((change.address for change in found if change.verb is Verb.PRIMARY and change.at <= start), None)
        return _still_so(changes, server, primary_at_start=earlier or _before_the_first(changes, recorded))

    async def story_of(self, user_id: int, server: GameServer, row: Allocation, start: float) -> PortStory:
        """Return what is known of a port since a start: one call, or none where the person's own record tells."""
        entries, _ = await self._record.page(user_id, server=server.identifier, offset=0, limit=_LATEST)
        found = [_of_entry(entry) for entry in entries if _is_seen_at_start(entry)]
        if not any(_added(change, row) for change in found) and server.may("activity.read"):
            with suppress(BotError):
                found = await self._logged(user_id, server)
        about = [change for change in found if change.address in row.spellings and change.verb is not Verb.DELETE]
        unseen = [change for change in about if change.at > start and (change.verb is Verb.CREATE or row.is_primary)]
        added = next((change for change in unseen if change.verb is Verb.CREATE), None)
        return PortStory(added or next(iter(unseen), None), known=any(_added(change, row) for change in found))

    async def _logged(self, user_id: int, server: GameServer) -> list[Waiting]:
        key = await self._accounts.key_of(user_id, server=server.identifier)
        lines = await self._panel.activity(key, server.identifier, event=_ALLOCATIONS)
        return [
            Waiting(_SEEN_AT_START[line.event], line.address, line.at.timestamp())
            for line in lines
            if line.event in _SEEN_AT_START and line.address
        ]


def _added(change: Waiting, row: Allocation) -> bool:
    return change.verb is Verb.CREATE and change.address in row.spellings


def _promoted(change: Waiting) -> bool:
    return change.verb is Verb.PRIMARY


def _is_seen_at_start(entry: Entry) -> bool:
    return entry.outcome is Outcome.DONE and entry.verb != Verb.NOTES and bool(entry.address)


def _of_entry(entry: Entry) -> Waiting:
    before = (entry.before or {}).get("address")
    return Waiting(Verb(entry.verb), entry.address or "", entry.at.timestamp(), str(before) if before else None)


def _before_the_first(changes: Sequence[Waiting], recorded: Sequence[Waiting]) -> str | None:
    """Return the primary before the first of the promotions, if that one is on the person's own record."""
    promotions = [change for change in changes if change.verb is Verb.PRIMARY]
    if not promotions:
        return None
    first = promotions[-1]
    same = [mine.before for mine in recorded if mine.verb is Verb.PRIMARY and abs(mine.at - first.at) < _SAME]
    return same[-1] if same else None


def _still_so(changes: Sequence[Waiting], server: GameServer, *, primary_at_start: str | None) -> tuple[Waiting, ...]:
    """Return the last promotion, unless it led back, and of each address whether it came or went, by its usual name."""
    rows = {spelling: row for row in server.allocations for spelling in row.spellings}
    came = {change.address for change in changes if change.verb is Verb.CREATE}
    kept: list[Waiting] = []
    told: set[str] = set()
    for change in changes:
        row = rows.get(change.address)
        subject = "primary" if change.verb is Verb.PRIMARY else change.address
        if subject in told:
            continue
        told.add(subject)
        if change.verb is Verb.PRIMARY:
            holds = row is not None and row.is_primary and primary_at_start not in row.spellings
        elif change.verb is Verb.CREATE:
            holds = row is not None
        else:
            holds = change.address not in came
        if holds:
            kept.append(replace(change, address=row.address if row else change.address))
    return tuple(kept)
