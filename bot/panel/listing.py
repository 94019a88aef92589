"""Reading the list of servers page by page, and around a server at which the panel fails.

A server without a valid primary makes the whole list fail for a member who may not read its allocations. Smaller pages
around it still work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.models import GameServer, Listing
from bot.domain.progress import Progress
from bot.panel.errors import PanelFailed
from bot.panel.wire import ServerList

PAGE_SIZE = 100
"""Servers a page; the panel caps `per_page` there."""
MAX_PAGES = 50
SMALLER = {PAGE_SIZE: 25, 25: 5, 5: 1}
"""Into pages of which size a page that fails is split; each divides the one before."""
MOST_SMALLER = 40
"""Smaller pages asked for at most, so that many broken servers do not take for ever."""
_BEYOND = 1_000_000
"""A page past every end: without a server on it, it fails only if the panel fails at everything."""

Read = Callable[[int, int], Awaitable[ServerList]]
"""Reads the page of a number and a size; those of `PAGE_SIZE` with retries."""


class Pages:
    """The pages of one list, read once."""

    def __init__(self, read: Read, progress: Progress | None = None) -> None:
        self._read = read
        self._progress = progress or Progress()
        self._found: dict[str, GameServer] = {}
        self._total: int | None = None
        self._left = MOST_SMALLER

    async def all(self) -> Listing:
        """Return every server the panel can describe; raise PanelFailed where it fails at more than some servers."""
        page = pages = 1
        while page <= min(pages, MAX_PAGES):
            try:
                pages = self._take(await self._read(page, PAGE_SIZE))
            except PanelFailed as problem:
                pages = await self._count(problem)
                await self._split(page, PAGE_SIZE)
            page += 1
        missing = 0 if self._left == MOST_SMALLER else max(0, (self._total or 0) - len(self._found))
        return Listing(tuple(self._found.values()), missing)

    async def _count(self, problem: PanelFailed) -> int:
        """Return how many pages there are, by asking for one without a server."""
        if self._total is None:
            try:
                self._take(await self._read(_BEYOND, 1))
            except PanelFailed:
                raise problem from None
        return -(-(self._total or 0) // PAGE_SIZE)

    async def _split(self, number: int, size: int) -> None:
        """Read a page that failed in smaller ones; at a single server nothing is left to try."""
        smaller = SMALLER.get(size)
        if smaller is None:
            return
        first = (number - 1) * size // smaller + 1
        for part in range(first, first + size // smaller):
            if self._left == 0 or (part - 1) * smaller >= (self._total or 0):
                return
            self._left -= 1
            try:
                self._take(await self._read(part, smaller))
            except PanelFailed:
                await self._split(part, smaller)

    def _take(self, page: ServerList) -> int:
        for item in page.data:
            server = item.to_domain()
            self._found.setdefault(server.identifier, server)
        self._total = page.meta.pagination.total
        self._progress.read, self._progress.total = len(self._found), self._total
        return page.meta.pagination.total_pages
