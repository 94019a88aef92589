"""Reading a list of servers once for all who ask for it at the same time, and finding a server in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.lookup import find_server
from bot.domain.models import GameServer, Listing
from bot.domain.progress import Progress
from bot.errors import UnknownServer

Read = Callable[[Progress], Awaitable[Listing]]
"""Asks the panel for the list, and says meanwhile how far it is."""
Keep = Callable[[Listing, int], None]
"""Keeps the list, with the epoch in which its reading began."""


class Remembering(Protocol):
    """Reads a list, or remembers it."""

    async def __call__(self, *, fresh: bool) -> Listing:
        """Return the list, from memory if read within a minute and `fresh` is not asked for."""
        ...


@dataclass(slots=True)
class Reading:
    """One list of a person's while the panel tells it; every asker gets what one call brings."""

    progress: Progress = field(default_factory=Progress)
    """How far the list is read, or was when it was read last."""
    _task: asyncio.Task[Listing] | None = None
    _began_in: int = 0

    async def shared(self, read: Read, keep: Keep, *, epoch: int, fresh: bool) -> Listing:
        """Return what is being read already, or begin to `read` it now, in this epoch; what is read goes to `keep`."""
        # What is being read since before a change would not show it to one who asks after it.
        overtaken = fresh and self._began_in != epoch
        if self._task is None or self._task.done() or overtaken:
            self._began_in = epoch
            self._task = asyncio.create_task(self._run(read, keep, epoch), name="list of servers")
            self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        # Shielded: a reader who gives up must not take the answer from the others, nor from the next keystroke.
        return await asyncio.shield(self._task)

    async def _run(self, read: Read, keep: Keep, epoch: int) -> Listing:
        progress = self.progress = Progress()
        listing = await read(progress)
        if self._task is asyncio.current_task():
            keep(listing, epoch)
        return listing


async def named_in(listing: Remembering, text: str, *, whose: str = "your servers") -> GameServer:
    """Return the server of the list that was meant; what was remembered does not decide that there is none.

    Raises NoSuchServer or SeveralServers, which hold those that might be meant, and what the `listing` raises.
    """
    known = await listing(fresh=False)
    try:
        return find_server(known.servers, text, whose=whose)
    except UnknownServer:
        if known.read_at is None:
            raise
    # Perhaps newer than what was read: ask the panel before saying no.
    return find_server((await listing(fresh=True)).servers, text, whose=whose)
