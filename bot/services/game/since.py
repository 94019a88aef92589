"""Since when a server's primary is what it is: by the panel's log of it, or by the person's own record."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.domain.activity import PROMOTED, LoggedChange
from bot.domain.models import Allocation, GameServer
from bot.domain.record import Entry, Outcome
from bot.errors import BotError
from bot.services.changing.changes import Verb
from bot.services.keys.accounts import AccountService
from bot.services.ports import Panel, Record

WITHIN = 1.0
"""Seconds that the panel gets to show its log; the answer does without it then."""
_LOOKED_THROUGH = 25
"""Changes on the record that are looked through."""


class PrimarySince:
    """Tells it where it is known, and nothing where it is not: it is said beside what matters, and never guessed."""

    def __init__(self, accounts: AccountService, panel: Panel, record: Record) -> None:
        self._accounts = accounts
        self._panel = panel
        self._record = record

    async def of(self, user_id: int, server: GameServer) -> datetime | None:
        """Return since when, None where that is not known: one call for who may read the log, else none; never raises.

        The log has what everybody did, on the web page too, so that it is believed before the person's own record, but
        where that knows of a change by somebody whom the log does not have, as an administrator.
        """
        primary = server.primary
        if primary is None:
            return None
        try:
            lines = await self._logged(user_id, server)
            since = _by_log(lines, primary)
            if lines and since is None:
                return None
            mine = await self._own(user_id, server.identifier, primary)
            if since is None:
                return mine.at if mine is not None else None
            if mine is None or (mine.before or {}).get("primary") in (None, primary.id):
                return since
            return max(since, mine.at)
        except BotError:
            return None

    async def _logged(self, user_id: int, server: GameServer) -> list[LoggedChange]:
        if not server.permissions or not server.may("activity.read"):
            return []
        try:
            async with asyncio.timeout(WITHIN):
                key = await self._accounts.key_of(user_id)
                lines = await self._panel.activity(key, server.identifier, event=PROMOTED)
        except (TimeoutError, BotError):
            return []
        return [line for line in lines if line.event == PROMOTED]

    async def _own(self, user_id: int, server: str, primary: Allocation) -> Entry | None:
        """Return the last choice of a primary on this person's record, if it is what the panel has now."""
        entries = await self._record.newest(user_id, server=server, limit=_LOOKED_THROUGH)
        chosen = (one for one in entries if one.verb == Verb.PRIMARY.value and one.outcome is Outcome.DONE)
        last = next(chosen, None)
        return last if last is not None and last.allocation_id == primary.id else None


def _by_log(lines: Sequence[LoggedChange], primary: Allocation) -> datetime | None:
    """Return when it was chosen by lines that are newest first; None where the newest is about another port.

    The panel has a line too where the same one was chosen again: the oldest of them since another is what counts.
    """
    since = None
    for line in lines:
        if not line.names(primary):
            break
        since = line.at
    return since
