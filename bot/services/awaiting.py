"""Which changes a game server has not seen yet, because its process was started before them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.models import GameServer
from bot.domain.record import Outcome
from bot.errors import BotError
from bot.services.accounts import AccountService
from bot.services.changes import Verb
from bot.services.ports import Panel, Record

_ALLOCATIONS = "server:allocation"
_SEEN_AT_START = {f"{_ALLOCATIONS}.{verb}": verb for verb in (Verb.CREATE, Verb.PRIMARY, Verb.DELETE)}
"""Notes are the panel's alone: no game knows them."""
_LATEST = 50
"""Own changes that are looked through."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change that takes effect at the next start: what was done, to which address, and when in Unix seconds."""

    verb: Verb
    address: str
    at: float


class Awaiting:
    """Asks the panel's log where the person may read it, which knows everybody's changes, else their own record."""

    def __init__(self, accounts: AccountService, panel: Panel, record: Record) -> None:
        self._accounts = accounts
        self._panel = panel
        self._record = record

    async def since(self, user_id: int, server: GameServer, start: float) -> tuple[Waiting, ...]:
        """Return the changes after a start, the latest of each address, newest first: one call or none."""
        try:
            found = await self._logged(user_id, server) if server.may("activity.read") else None
        except BotError:
            found = None
        if found is None:
            found = await self._recorded(user_id, server)
        latest: dict[str, Waiting] = {}
        for change in found:
            if change.at > start:
                latest.setdefault(change.address, change)
        return tuple(latest.values())

    async def _logged(self, user_id: int, server: GameServer) -> list[Waiting]:
        key = await self._accounts.key_of(user_id, server=server.identifier)
        lines = await self._panel.activity(key, server.identifier, event=_ALLOCATIONS)
        return [
            Waiting(_SEEN_AT_START[line.event], line.address, line.at.timestamp())
            for line in lines
            if line.event in _SEEN_AT_START and line.address
        ]

    async def _recorded(self, user_id: int, server: GameServer) -> list[Waiting]:
        entries, _ = await self._record.page(user_id, server=server.identifier, offset=0, limit=_LATEST)
        return [
            Waiting(Verb(entry.verb), entry.address, entry.at.timestamp())
            for entry in entries
            if entry.outcome is Outcome.DONE and entry.verb != Verb.NOTES and entry.address
        ]
