"""The work in flight: taken in once, in bearable amounts, finished before the process ends."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from cachetools import LRUCache

from bot.errors import Busy, Restarting

log = logging.getLogger(__name__)
AT_ONCE = 5
"""Actions of one person under way at once; more than that would crowd out others at the panel."""
PER_WINDOW = 60
WINDOW = 10.0
"""Seconds in which one person may start 60 actions; nobody types or presses that fast."""
REMEMBERED = 2_000
"""Interactions known to have come, and people whose windows are counted: more than any ten seconds bring."""
_TOO_MANY = "That is more at once than I answer to one person."


@dataclass(slots=True)
class _Window:
    opened: float
    used: int = 0


class Piece:
    """One action of a person under way."""

    def __init__(self, over: Callable[[], None]) -> None:
        self._over = over
        self._counts = True

    def over(self) -> None:
        """Note that it is done and only remains to be told: it is waited for, but keeps nobody from other actions."""
        if self._counts:
            self._counts = False
            self._over()


class Work:
    """Counts what is under way, and refuses what is too much, comes twice, or comes after `drain`."""

    def __init__(self, *, now: Callable[[], float] = time.time, on_bug: Callable[[], None] = lambda: None) -> None:
        self.draining = False
        self.interrupted = False
        """Whether what is under way is being given up."""
        self.handed_over = False
        """Whether another process goes on at once with what is ended here."""
        self._now = now
        self._on_bug = on_bug
        self._under_way: Counter[int] = Counter()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._arrived: set[asyncio.Task[Any]] = set()
        self._places: dict[asyncio.Task[Any], int] = {}
        """Whose actions have arrived and been let in, and are not answered yet: they wait for their claim."""
        self._aside: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._seen: LRUCache[int, bool] = LRUCache(REMEMBERED)
        self._windows: LRUCache[int, _Window] = LRUCache(REMEMBERED)
        self._before_draining: list[Callable[[], None]] = []

    def first_time(self, interaction_id: int) -> bool:
        """Tell whether this interaction was not seen before; Discord may dispatch one twice after a resume."""
        if interaction_id in self._seen:
            return False
        self._seen[interaction_id] = True
        return True

    def arrive(self) -> None:
        """Count the running task as under way until it ends: a stop waits for what was taken in before it."""
        task = asyncio.current_task()
        if task is not None and task not in self._arrived:
            self._arrived.add(task)
            self._idle.clear()
            task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[Any]) -> None:
        self._arrived.discard(task)
        if (user_id := self._places.pop(task, None)) is not None:
            self._one_less(user_id)
        self._look_whether_idle()

    def _look_whether_idle(self) -> None:
        if not self._tasks and not self._arrived and not self._aside:
            self._idle.set()

    def admit(self, user_id: int) -> None:
        """Let a person's action in; raise Busy over 5 at once or 60 in 10 seconds, Restarting while stopping."""
        if self.draining:
            raise Restarting
        now = self._now()
        window = self._windows.get(user_id)
        # A clock that was set back ends a window too: nobody is to wait for it to catch up.
        if window is None or not window.opened <= now < window.opened + WINDOW:
            window = self._windows[user_id] = _Window(now)
        window.used += 1
        if window.used > PER_WINDOW:
            raise Busy(_TOO_MANY, retry_at=window.opened + WINDOW)
        self.check_under_way(user_id)

    def hold_place(self, user_id: int) -> None:
        """Count the running task, which has arrived, as this person's action under way until it is answered or ends."""
        task = asyncio.current_task()
        if task is not None and task not in self._places:
            self._places[task] = user_id
            self._under_way[user_id] += 1

    def check_lately(self, begun: int) -> None:
        """Raise Busy where this person began too many actions within ten seconds, over all processes."""
        if begun > PER_WINDOW:
            raise Busy(_TOO_MANY, retry_at=self._now() + WINDOW)

    def check_under_way(self, user_id: int, *, elsewhere: int = 0, held: int = 0) -> None:
        """Raise Busy where this person has 5 actions under way, with those elsewhere and without the asker's own."""
        if self._under_way[user_id] - held + elsewhere >= AT_ONCE:
            raise Busy(f"{AT_ONCE} of your actions are still under way.", retry_at=self._now() + 2)

    @contextmanager
    def piece(self, user_id: int) -> Iterator[Piece]:
        """Count one action of this person, the running task, as under way."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - interactions are answered in tasks
        self._tasks.add(task)
        if self._places.pop(task, None) is None:
            self._under_way[user_id] += 1
        self._idle.clear()
        piece = Piece(partial(self._one_less, user_id))
        try:
            yield piece
        finally:
            piece.over()
            self._tasks.discard(task)
            self._look_whether_idle()

    def _one_less(self, user_id: int) -> None:
        self._under_way[user_id] -= 1
        if self._under_way[user_id] <= 0:
            del self._under_way[user_id]

    def aside(self, chore: Coroutine[Any, Any, None]) -> None:
        """Do something after an action has been answered; a stop cancels it, and waits for what it still has to say."""
        task = asyncio.create_task(chore, name="aside")
        self._aside.add(task)
        self._idle.clear()
        task.add_done_callback(self._aside_done)
        if self.draining:
            _cancel_once_begun(task)

    def _aside_done(self, task: asyncio.Task[None]) -> None:
        self._aside.discard(task)
        self._look_whether_idle()
        if not task.cancelled() and (problem := task.exception()) is not None:
            reference = secrets.token_hex(4)
            self._on_bug()
            fields = {"reference": reference}
            log.error("Bug %s in what is done after an answer", reference, exc_info=problem, extra=fields)

    def before_draining(self, call: Callable[[], None]) -> None:
        """Have something called at a stop, as what ends work that would go on for minutes."""
        self._before_draining.append(call)

    async def drain(self, seconds: float) -> bool:
        """Take no new work and wait for what is under way; False if some is left after that many seconds."""
        self.draining = True
        for call in self._before_draining:
            call()
        for task in self._aside:
            _cancel_once_begun(task)
        return await self._quiet_within(seconds)

    async def interrupt(self, seconds: float) -> bool:
        """Give up what is under way, which then has that many seconds to tell people so."""
        self.interrupted = True
        for task in tuple(self._tasks):
            task.cancel()
        return await self._quiet_within(seconds)

    async def _quiet_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                # What has just ended may have let something else begin before this is woken.
                while self._tasks or self._arrived or self._aside:
                    await self._idle.wait()
        except TimeoutError:
            return False
        return True


def _cancel_once_begun(task: asyncio.Task[None]) -> None:
    # A task that is cancelled before it began runs nothing of itself, and so has no last word either.
    asyncio.get_running_loop().call_soon(task.cancel)
