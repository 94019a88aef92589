"""What is told by the way: along with the next claim, or after a few seconds in which there was none."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from bot.store.errors import Cause, DatabaseFailed
from bot.store.lastuse import Noted
from bot.store.postgres.line import Line, Row

log = logging.getLogger(__name__)
TOLD_WITHIN = 5.0
"""Seconds after which it is told by itself, where nothing else is asked before."""
_HELD_BACK = 60.0
"""Seconds for which uses of links are not told, after that failed."""
_ALL_THE_SAME = (Cause.AWAY, Cause.CROWDED, Cause.READ_ONLY)
"""Why a statement fails that would fail without the uses of links too."""
_OVER = "done AS (UPDATE claims SET over = true WHERE interaction = ANY(${}::bigint[]))"
# Nobody waits for whoever holds the row of a link: such a use goes without a note. One of a link before is not told.
_USES = """
    used AS (
        SELECT links.user_id, told.at, told.server
        FROM links JOIN unnest(${}::bigint[], ${}::bigint[], ${}::bigint[], ${}::text[])
            AS told (user_id, linked_at, at, server) USING (user_id, linked_at)
        WHERE links.last_used_at IS NULL OR links.last_used_at <= told.at
        FOR NO KEY UPDATE OF links SKIP LOCKED),
    noted AS (
        UPDATE links SET last_used_at = used.at, last_server = coalesce(used.server, last_server)
        FROM used WHERE links.user_id = used.user_id)
"""


class Along:
    """A statement that tells something by the way, where it says `{told}`; `own` is how many values it has itself."""

    def __init__(self, statement: str, *, own: int) -> None:
        over = _OVER.format(own + 1)
        self.plain = statement.format(told=over)
        self.with_uses = statement.format(told=f"{over}, {_USES.format(*range(own + 2, own + 6))}")


_BY_ITSELF = Along("WITH {told} SELECT", own=0)


class Aside:
    """Keeps which actions are over and which links were used, until something is asked along with which it is told."""

    def __init__(self, line: Line, *, now: Callable[[], float] = time.monotonic) -> None:
        self._line = line
        self.now = now
        """Tells seconds that only go forward."""
        self.within = TOLD_WITHIN
        """Seconds; a simulation of time lets no action wait for this."""
        self._over: list[int] = []
        self._uses: dict[int, Noted] = {}
        self._held_back_until = 0.0
        self._later: asyncio.TimerHandle | None = None
        self._telling: set[asyncio.Task[None]] = set()

    def over(self, interaction: int) -> None:
        """Note that an action is no longer under way; nobody waits for that."""
        self._over.append(interaction)
        self._tell_later()

    def note(self, use: Noted) -> None:
        """Note a use of a link; nobody waits for that."""
        self._keep(use)
        self._tell_later()

    async def ask(self, statement: Along, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a statement that may be done twice, and tell along with it; raise DatabaseFailed."""
        over, uses = self._taken()
        try:
            return await self._asked(statement, values, over, uses)
        except (DatabaseFailed, asyncio.CancelledError):
            # Who no longer waits does not hear whether it was told; it may be told twice.
            self._over += over
            self._keep(*uses)
            raise

    async def _asked(self, statement: Along, values: Sequence[Any], over: list[int], uses: list[Noted]) -> list[Row]:
        if uses:
            try:
                return await self._line.ask(statement.with_uses, (*values, over, *_columns(uses)), again=True)
            except DatabaseFailed as problem:
                if problem.cause in _ALL_THE_SAME:
                    raise
                log.warning("The database did not take when links were used: %s", problem)
                self._held_back_until = self.now() + _HELD_BACK
                self._keep(*uses)
        return await self._line.ask(statement.plain, (*values, over), again=True)

    def tell(self) -> None:
        """Tell it now: another process asks, or nothing was asked for a while."""
        self._wait_no_longer()
        if self._over or self._uses:
            task = asyncio.create_task(self._told(), name="told aside")
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def close(self) -> None:
        """Tell at once what there is."""
        self.tell()
        if self._telling:
            await asyncio.wait(self._telling)

    async def _told(self) -> None:
        try:
            await self.ask(_BY_ITSELF)
        except DatabaseFailed as problem:
            log.warning("The database did not take what nobody waits for: %s", problem)

    def _tell_later(self) -> None:
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(self.within, self.tell)

    def _wait_no_longer(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _keep(self, *uses: Noted) -> None:
        for use in uses:
            known = self._uses.get(use.user_id)
            self._uses[use.user_id] = use if known is None else use.merged(known)

    def _taken(self) -> tuple[list[int], list[Noted]]:
        """Return what is not told yet, for somebody who tells it."""
        self._wait_no_longer()
        over, self._over = self._over, []
        if self.now() < self._held_back_until:
            return over, []
        uses, self._uses = list(self._uses.values()), {}
        return over, uses


def _columns(uses: list[Noted]) -> tuple[list[int], list[int], list[int], list[str | None]]:
    return (
        [use.user_id for use in uses],
        [use.linked_at for use in uses],
        [use.at for use in uses],
        [use.server for use in uses],
    )
