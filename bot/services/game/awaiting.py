"""Which changes a game server has not seen yet, because its process was started before them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot.domain.models import Allocation, GameServer
from bot.domain.power import Started
from bot.domain.record import Entry, Outcome
from bot.errors import BotError
from bot.services.changing.changes import Verb
from bot.services.game.past import Past, PortStory, Waiting, of_port
from bot.services.keys.accounts import AccountService
from bot.services.ports import Panel, Record

_ALLOCATIONS = "server:allocation"
_SEEN_AT_START = {f"{_ALLOCATIONS}.{verb}": verb for verb in (Verb.CREATE, Verb.PRIMARY, Verb.DELETE)}
"""Notes are the panel's alone: no game knows them."""
_LATEST = 50
"""Own changes that are looked through."""


class Awaiting:
    """Asks the panel's log where the person may read it, which knows everybody's changes, else their own record."""

    def __init__(self, accounts: AccountService, panel: Panel, record: Record) -> None:
        self._accounts = accounts
        self._panel = panel
        self._record = record

    async def own(self, user_id: int, server: GameServer) -> list[Waiting]:
        """Return what this person did with a server that games see at a start, newest first: no call.

        Raises OwnDatabaseFailed. Whether there was a start since is not known from that.
        """
        entries = await self._record.newest(user_id, server=server.identifier, limit=_LATEST)
        return [_of_entry(entry) for entry in entries if _is_seen_at_start(entry)]

    async def missed(
        self, user_id: int, server: GameServer, row: Allocation, started: Started, *, own: list[Waiting]
    ) -> Waiting | None:
        """Return the latest of what a person did with a port that the game may not have seen: one call, or none.

        For what was made the primary alone the log is asked: it may have been that at the start. `own` is as above.
        """
        unseen = [change for change in of_port(own, row) if not started.saw(change.at)]
        if not unseen:
            return None
        log = any(change.verb is Verb.PRIMARY for change in unseen)
        past = await self._past(user_id, server, own, log=log)
        waits = {change.verb: change for change in past.pending(started) if change.address == row.address}
        held = (replace(mine, is_sure=waits[mine.verb].is_sure) for mine in unseen if mine.verb in waits)
        return next(held, None)

    async def pending(self, user_id: int, server: GameServer, started: Started) -> tuple[Waiting, ...]:
        """Return what the changes that the game may not have seen came to, newest first: one call or none."""
        return (await self._past(user_id, server, await self.own(user_id, server))).pending(started)

    async def primary_at_start(self, user_id: int, server: GameServer, started: Started) -> str | None:
        """Return at which address the game listens since it was started, None where that cannot be known: as above."""
        return (await self._past(user_id, server, await self.own(user_id, server))).primary_at_start(started)

    async def story_of(self, user_id: int, server: GameServer, row: Allocation, started: Started) -> PortStory:
        """Return what is known of a port since a start: one call, or none where the person's own record tells."""
        own = await self.own(user_id, server)
        log = row.is_primary or not any(change.verb is Verb.CREATE for change in of_port(own, row))
        return (await self._past(user_id, server, own, log=log)).story_of(row, started)

    async def _past(self, user_id: int, server: GameServer, own: list[Waiting], *, log: bool = True) -> Past:
        if log and server.may("activity.read"):
            with suppress(BotError):
                return await self._logged(user_id, server, own)
        return Past(server, own, own, is_everybodys=False)

    async def _logged(self, user_id: int, server: GameServer, own: list[Waiting]) -> Past:
        key = await self._accounts.key_of(user_id, server=server.identifier)
        page = await self._panel.log(key, server.identifier, events=_ALLOCATIONS)
        found = [
            Waiting(_SEEN_AT_START[line.event], line.address, line.at.timestamp())
            for line in page.lines
            if line.event in _SEEN_AT_START and line.address
        ]
        return Past(server, found, own, is_everybodys=True, is_cut=page.total > len(page.lines))


def _is_seen_at_start(entry: Entry) -> bool:
    return entry.outcome is Outcome.DONE and entry.verb != Verb.NOTES and bool(entry.address)


def _of_entry(entry: Entry) -> Waiting:
    before = (entry.before or {}).get("address")
    return Waiting(Verb(entry.verb), entry.address or "", entry.at.timestamp(), str(before) if before else None)
