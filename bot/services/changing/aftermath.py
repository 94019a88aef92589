"""What is true after the panel's answer to a change was lost: read back, for a while, and compare.

Nothing is claimed that was not seen. A change that a slow panel may still make is never told as not made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.models import Allocation, GameServer
from bot.errors import BotError
from bot.panel.errors import PanelError
from bot.services.changing import authorship
from bot.services.changing.changes import Change, Truth, Verb
from bot.services.servers.desk import Desk

AT_ONCE = 2.0
"""Seconds for the first look, after which the person is told that there will be more."""
LOOKED_FOR = 10.0
"""Seconds for which is looked in all, counted from the loss."""
PAUSE = 1.5
"""Seconds between two looks."""
Judge = Callable[[GameServer], Awaitable[Change | None]]
"""Returns what a reading says of the change, None where it says nothing: it may still come."""


async def of_creation(desk: Desk, before: GameServer | None, trouble: PanelError) -> Change:
    """Tell what became of a creation by comparing with what was read just before it was sent.

    A row that was not there then is very likely the one: that is for the person to judge, unless the panel's own log,
    where they may read it, says whose it is.
    """
    if before is None or before.restricted:
        return await _unknown(desk, Verb.CREATE, before, trouble, None)
    had = {row.id for row in before.allocations}

    async def judge(after: GameServer) -> Change | None:
        new = [row for row in after.allocations if row.id not in had]
        if not new:
            return None
        mine = await authorship.of_rows(desk, after, new)
        if mine is None:
            likely = new[0] if len(new) == 1 else None
            return Change(Verb.CREATE, Truth.UNKNOWN, likely, after, before=before, trouble=trouble)
        if len(mine) == 1:
            return Change(Verb.CREATE, Truth.DONE, mine[0], after, before=before, trouble=trouble)
        return None

    return await _looked(desk, before, trouble, judge, Change(Verb.CREATE, Truth.NOT_DONE, None, None))


async def of_update(
    desk: Desk,
    verb: Verb,
    before: GameServer | None,
    *,
    row: Allocation,
    trouble: PanelError,
    holds: Callable[[Allocation], bool],
) -> Change:
    """Tell whether an annotation or promotion holds, by what the allocation says of itself."""

    async def judge(after: GameServer) -> Change | None:
        now = after.allocation(row.id)
        told = now is not None and (verb is not Verb.NOTES or after.shows_notes(now))
        if now is not None and told and holds(now):
            return Change(verb, Truth.DONE, now, after, before=before, trouble=trouble)
        if verb is Verb.PRIMARY and after.restricted:
            return None  # the one thing that is seen is the primary: it shows when it comes
        if not told and after.restricted:
            return Change(verb, Truth.UNKNOWN, row, after, verified=False, before=before, trouble=trouble)
        return None if now is not None else Change(verb, Truth.NOT_DONE, None, after, before=before, trouble=trouble)

    return await _looked(desk, before, trouble, judge, Change(verb, Truth.NOT_DONE, row, None))


async def of_delete(desk: Desk, before: GameServer | None, row: Allocation, trouble: PanelError) -> Change:
    """Tell whether the allocation is gone."""

    async def judge(after: GameServer) -> Change | None:
        if after.restricted:
            return Change(Verb.DELETE, Truth.UNKNOWN, row, after, verified=False, before=before, trouble=trouble)
        gone = after.allocation(row.id) is None
        return Change(Verb.DELETE, Truth.DONE, row, after, before=before, trouble=trouble) if gone else None

    return await _looked(desk, before, trouble, judge, Change(Verb.DELETE, Truth.NOT_DONE, row, None))


async def _looked(
    desk: Desk, before: GameServer | None, trouble: PanelError, judge: Judge, otherwise: Change
) -> Change:
    """Look until a reading decides, or the time is up; `otherwise` is what holds if the panel had answered."""
    look = _Look(desk, before, trouble, judge)
    decided = await look.within(AT_ONCE)
    if decided is None and not look.is_final:
        await desk.tell(desk.server, replace(otherwise, before=before))
        decided = await look.within(LOOKED_FOR - AT_ONCE)
    if decided is not None:
        return decided
    truth = Truth.NOT_DONE if look.is_final else Truth.UNKNOWN
    row = otherwise.allocation
    if look.seen is not None and row is not None:
        row = look.seen.allocation(row.id) or row
    return Change(otherwise.verb, truth, row, look.seen, verified=look.seen is not None, before=before, trouble=trouble)


async def _unknown(
    desk: Desk, verb: Verb, before: GameServer | None, trouble: PanelError, row: Allocation | None
) -> Change:
    """Read once, for the person to see what there is; it says nothing of the change."""
    try:
        after = await desk.read_back(before)
    except BotError:
        return Change(verb, Truth.UNKNOWN, row, None, verified=False, before=before, trouble=trouble)
    return Change(verb, Truth.UNKNOWN, row, after, verified=not after.restricted, before=before, trouble=trouble)


class _Look:
    """Looking at a server again and again; `seen` is the last reading that came."""

    def __init__(self, desk: Desk, before: GameServer | None, trouble: PanelError, judge: Judge) -> None:
        self.seen: GameServer | None = None
        self._desk = desk
        self._before = before
        self._trouble = trouble
        self._judge = judge
        self._looks = 0
        self._judged = False

    @property
    def is_final(self) -> bool:
        """Whether what was seen is how it stays: the panel had answered, be it with an error of its own."""
        return self._judged and not self._trouble.may_come_later

    async def within(self, seconds: float) -> Change | None:
        """Return what a reading decides; None if none does in this time, or what was seen is final."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if self._looks:
                        await asyncio.sleep(PAUSE)
                    self._looks += 1
                    try:
                        self.seen = await self._desk.read_back(self._before)
                    except PanelError:
                        continue
                    except BotError:
                        return None  # the key is no longer to be used
                    decided = await self._judge(self.seen)
                    self._judged = True
                    if decided is not None or self.is_final:
                        return decided
        except TimeoutError:
            return None
