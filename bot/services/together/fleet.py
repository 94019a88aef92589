"""The other processes of the same bot: what has to hold over all of them, and how one alone keeps it.

Whoever needs it asks for it here and does not know whether there are others: where there are none it costs nothing.
"""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.together import Claim, Memory


class Claims(Protocol):
    """Who answers an interaction: Discord may send one to an old process and to the new one that takes its place."""

    async def take(self, interaction: int, user_id: int) -> Claim:
        """Claim an interaction; raises OwnDatabaseUnreadable where it cannot be known whose it is."""

    async def elsewhere(self, user_id: int) -> int:
        """Count a person's actions under way in other processes, once these have told what is over.

        Raises OwnDatabaseUnreadable where it cannot be known.
        """

    async def later(self, interaction: int, user_id: int) -> bool:
        """Tell whether this person began something after it in another process; False where that is not known."""

    def over(self, interaction: int) -> None:
        """Note that it is no longer under way; nobody waits for that."""

    async def tidy(self) -> None:
        """Forget what is too old to come again; never raises."""


class Marks(Protocol):
    """What was done lately and is not to be done again for a while, by whichever process."""

    async def put(self, what: str, seconds: float) -> float | None:
        """Put a mark for so many seconds and return None; where there is one, the Unix time until which it stands.

        Raises OwnDatabaseFailed where that cannot be known.
        """

    async def remove(self, what: str) -> None:
        """Take a mark away again; never raises."""


class Exclusion(Protocol):
    """What one process at a time does. Within a process others see to it: nobody asks twice at once for the same."""

    def turn(self, what: str, *, behind: Lock | None = None) -> AbstractAsyncContextManager[None]:
        """Wait until no other process holds this, then hold it; what was told before that has arrived by then.

        `behind` is the lock by which this process sees to its own: it is taken first, within the same time. Raises
        StillUnderWay where that takes too long, OwnDatabaseFailed where it cannot be known.
        """

    def alone(self, what: str) -> AbstractAsyncContextManager[bool]:
        """Hold this if no other process does, and yield whether that is so; raises OwnDatabaseFailed."""


class Carrying(Protocol):
    """Which process carries which of the bot's shards; what a process carried is carried no more when it ends."""

    async def begin(self, shard: int) -> None:
        """Tell that this process is connected with a shard; never raises."""

    async def end(self, shard: int) -> None:
        """Tell that it no longer is; never raises."""

    def is_told(self, shards: Sequence[int]) -> bool:
        """Tell whether others know that this process is connected with each of these shards."""

    async def by_another(self, shards: Sequence[int]) -> bool:
        """Tell whether each of these shards is carried by another process too; False where that cannot be known."""

    async def by_nobody(self, count: int) -> list[int] | None:
        """Return which of so many shards no process carries, None where that cannot be known."""


class News(Protocol):
    """What one process changed, told to the others; what stands in the database is told by the database itself."""

    async def changed(self, server: str) -> None:
        """Tell that a server may be another than what was read of it; never raises."""

    async def stopped(self, user_id: int, number: int) -> None:
        """Tell that somebody stopped a plan of theirs, which another process carries out; never raises."""


class Texts(Protocol):
    """What people typed and are asked about yet: whichever process gets the answer needs it."""

    async def keep(self, user_id: int, token: str, text: str, seconds: float) -> None:
        """Keep a text under a token for so many seconds; never raises."""

    async def of(self, user_id: int, token: str) -> str | None:
        """Return a text of this person, None where there is none; raise OwnDatabaseUnreadable."""


class Alone:
    """Where there is one process: everything is its own."""

    async def take(self, interaction: int, user_id: int) -> Claim:
        """Return that it is this process's."""
        return _MINE

    async def elsewhere(self, user_id: int) -> int:
        """Return that there are none."""
        return 0

    async def later(self, interaction: int, user_id: int) -> bool:
        """Return that they did not."""
        return False

    def over(self, interaction: int) -> None:
        """Do nothing."""

    async def tidy(self) -> None:
        """Do nothing."""

    async def put(self, what: str, seconds: float) -> float | None:
        """Return that there was no mark: the process keeps its own."""
        return None

    async def remove(self, what: str) -> None:
        """Do nothing."""

    def turn(self, what: str, *, behind: Lock | None = None) -> AbstractAsyncContextManager[None]:
        """Wait for those of this process, however long."""
        return nullcontext() if behind is None else behind

    def alone(self, what: str) -> AbstractAsyncContextManager[bool]:
        """Yield that nobody else holds it."""
        return nullcontext(True)

    async def begin(self, shard: int) -> None:
        """Tell nobody."""

    async def end(self, shard: int) -> None:
        """Tell nobody."""

    def is_told(self, shards: Sequence[int]) -> bool:
        """Return that all know: there are no others."""
        return True

    async def by_another(self, shards: Sequence[int]) -> bool:
        """Return that there is no other."""
        return False

    async def by_nobody(self, count: int) -> list[int] | None:
        """Return that there is none: the process knows of its own."""
        return []

    async def changed(self, server: str) -> None:
        """Tell nobody."""

    async def stopped(self, user_id: int, number: int) -> None:
        """Tell nobody."""

    async def keep(self, user_id: int, token: str, text: str, seconds: float) -> None:
        """Do nothing: the process keeps its own."""

    async def of(self, user_id: int, token: str) -> str | None:
        """Return that there is no other text than the process's own."""
        return None


_MINE = Claim(mine=True)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything that is asked of the other processes."""

    claims: Claims = field(default_factory=Alone)
    marks: Marks = field(default_factory=Alone)
    exclusion: Exclusion = field(default_factory=Alone)
    carrying: Carrying = field(default_factory=Alone)
    news: News = field(default_factory=Alone)
    texts: Texts = field(default_factory=Alone)
    listen: Callable[[Memory], None] = lambda _: None
    """Begins to tell the process's memory what others change."""
