"""What other processes change, heard from the database; who hears nothing believes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import re
from collections.abc import Callable, Iterator

import psycopg
from psycopg import AsyncConnection

from bot.domain.together import Memory
from bot.store.errors import DatabaseFailed
from bot.store.postgres.hangingup import hung_up_on
from bot.store.postgres.line import ANSWERS, Line, Row, fetched, new_connection, something_comes, soon

log = logging.getLogger(__name__)
LOOKS_EVERY = 10.0
"""Seconds of silence after which is looked whether the server is there at all."""
CATCHES_UP = 2.0
"""Seconds in which what was told arrives; then the connection counts as lost."""
_PAUSES = (0.05, 0.2, 0.5, 1.0)
"""Seconds before each new try to listen; the last one again and again."""
_OF_LINK = re.compile("(.*) (linked|unlinked|changed) ([0-9]+)")
_ABOUT = {"free": re.compile("-?[0-9]+"), "stop": re.compile("[0-9]+ [0-9]+")}
"""What these are about; anybody on the database may notify of anything."""
_TELL = "SELECT pg_notify('berth', $1)"
_TELLS_AGAIN = 1.0


class News:
    """Listens on a connection of its own, and tells on another.

    The server hands out what was told in the order of the commits, so what comes after a word of this process's own
    came after everything that others had told by then.
    """

    def __init__(self, url: str, line: Line, *, me: str) -> None:
        self._url = url
        self._me = me
        self._line = line
        self._memory: Memory | None = None
        self._listening: asyncio.Task[None] | None = None
        self._in_touch = False
        self._words = itertools.count()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._released: dict[int, set[asyncio.Event]] = {}
        self._untold: set[asyncio.Task[None]] = set()
        self.when_asked: Callable[[], None] = lambda: None
        """What is done when another process asks what is over here."""

    def listen(self, memory: Memory) -> None:
        """Begin to tell this memory what others change."""
        self._memory = memory
        memory.out_of_touch()
        self._listening = asyncio.create_task(self._listen(), name="news")

    async def close(self) -> None:
        """Listen no more."""
        for task in (*self._untold, *([self._listening] if self._listening else [])):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def changed(self, server: str) -> None:
        """Tell that a server may be another than what was read of it; never raises.

        Where it cannot be told now it is told later: whoever cannot be told has nobody else to hear from either.
        """
        text = f"{self._me} server {server}"
        try:
            await self._line.ask(_TELL, (text,), again=True)
        except DatabaseFailed as problem:
            log.warning("The other processes could not be told of a change: %s", problem)
            task = asyncio.create_task(self._told_later(text), name="told later")
            self._untold.add(task)
            task.add_done_callback(self._untold.discard)

    async def stopped(self, user_id: int, number: int) -> None:
        """Tell that somebody stopped a plan of theirs, which another process carries out; never raises.

        It is not told later where it cannot be told now: by then they may have let it go on.
        """
        with contextlib.suppress(DatabaseFailed):
            await self._line.ask(_TELL, (f"{self._me} stop {user_id} {number}",))

    async def _told_later(self, text: str) -> None:
        while True:
            await asyncio.sleep(_TELLS_AGAIN)
            with contextlib.suppress(DatabaseFailed):
                await self._line.ask(_TELL, (text,), again=True)
                return

    def word(self) -> tuple[str, asyncio.Future[None]]:
        """Return a text to be told by way of the server, and what is done when it has come back from there."""
        text = f"{self._me} word {next(self._words)}"
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._in_touch:
            self._waiting[text] = future
        else:
            future.set_result(None)
        return text, future

    def expect_no_more(self, text: str) -> None:
        """Wait no longer for a word that was not told."""
        self._waiting.pop(text, None)

    async def caught_up(self, text: str, back: asyncio.Future[None]) -> None:
        """Wait until a word is back: everything told before it is known, or it is known that nothing is."""
        try:
            async with asyncio.timeout(CATCHES_UP):
                await back
        except TimeoutError:
            log.warning("What other processes change is not heard in time: listening anew")
            self._waiting.pop(text, None)
            self._lose_touch()
            self._listen_anew()

    @contextlib.contextmanager
    def release_of(self, key: int) -> Iterator[asyncio.Event]:
        """Yield what is set when another process tells that it lets go of a lock."""
        released = asyncio.Event()
        self._released.setdefault(key, set()).add(released)
        try:
            yield released
        finally:
            waiting = self._released[key]
            waiting.discard(released)
            if not waiting:
                del self._released[key]

    async def _listen(self) -> None:
        tries = 0
        while True:
            try:
                async with await new_connection(self._url) as connection:
                    with hung_up_on(connection, at=soon()):
                        await fetched(connection, "LISTEN berth")
                    # From here on everything arrives: what was read before this moment is forgotten by it.
                    self._in_touch = True
                    if self._memory is not None:
                        await self._memory.in_touch()
                    await self._look_at_line()
                    if tries:
                        log.info("What other processes change is heard again")
                    tries = 0
                    while True:
                        await self._hear(connection)
            except (psycopg.Error, OSError, DatabaseFailed) as problem:
                self._lose_touch()
                if not tries:
                    log.warning("What other processes change is not heard now: %s", type(problem).__name__)
                await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
                tries += 1

    async def _hear(self, connection: AsyncConnection[Row]) -> None:
        """Take what is told next; where nothing is, look whether the server is there at all."""
        if await something_comes(connection.fileno(), within=LOOKS_EVERY):
            notices = connection.notifies(timeout=ANSWERS, stop_after=1)
        else:
            with hung_up_on(connection, at=soon()):
                await fetched(connection, "SELECT 1")
            await self._look_at_line()
            notices = connection.notifies(timeout=0)  # what came beside that answer
        async for notice in notices:
            self._heard(notice.payload)

    async def _look_at_line(self) -> None:
        """Have the other connection made anew if the server has ended it: locks are held on it."""
        with contextlib.suppress(DatabaseFailed):
            await self._line.ask("SELECT 1", again=True)

    def _listen_anew(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            self._listening = asyncio.create_task(self._listen(), name="news")

    def _lose_touch(self) -> None:
        self._in_touch = False
        if self._memory is not None:
            self._memory.out_of_touch()
        for future in self._waiting.values():
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def _heard(self, text: str) -> None:
        whose, kind, about = _parts(text)
        if kind in _ABOUT and not _ABOUT[kind].fullmatch(about):
            log.debug("Not of this bot's making: %s", kind)
        elif kind == "word":
            future = self._waiting.pop(text, None)
            if future is not None and not future.done():
                future.set_result(None)
        elif kind == "over":
            self.when_asked()
        elif kind == "free":
            for released in self._released.get(int(about), ()):
                released.set()
        elif whose != self._me and self._memory is not None:
            self._take_note(self._memory, kind, about)
            log.debug("Another process tells: %s", kind)

    @staticmethod
    def _take_note(memory: Memory, kind: str, about: str) -> None:
        of_link: dict[str, Callable[[int], None]] = {
            "changed": memory.link_changed,
            "linked": memory.link_replaced,
            "unlinked": memory.link_deleted,
        }
        if kind == "server":
            memory.server_changed(about)
        elif kind == "stop":
            user_id, number = about.split(" ")
            memory.plan_stopped(int(user_id), int(number))
        elif kind in of_link and about.isdecimal():
            of_link[kind](int(about))


def _parts(text: str) -> tuple[str, str, str]:
    """Return whose doing it was, what it is, and about what.

    Of a link the database tells, by the name of the program that changed it: there may be blanks in that, and a pooler
    may have put its client's address behind it.
    """
    of_link = _OF_LINK.fullmatch(text)
    whose, kind, about = of_link.groups() if of_link else (*text.split(" ", 2), "", "")[:3]
    return whose.partition(" ")[0], kind, about
