"""One person at one server: their key, and every call to the panel of one action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.activity import LoggedChange
from bot.domain.models import Allocation, ApiKey, GameServer
from bot.services.changing.changes import Change
from bot.services.ports import Panel
from bot.services.servers.seats import Seat

Tell = Callable[[str, Change], Awaitable[None]]
"""Tells a person that the panel's answer was lost, and that it is being looked what became of their change.

It is given the server's identifier, and of the change what is known by then.
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A person's access to one server for the length of one action."""

    panel: Panel
    seat: Seat
    key: ApiKey
    server: str
    username: Callable[[], Awaitable[str]]
    """Returns the person's name on the panel."""
    tell: Tell

    @property
    def epoch(self) -> int:
        """The epoch of the server's last change through the bot."""
        return self.seat.epochs.of(self.server)

    async def read(self) -> GameServer:
        """Read the server with permissions and allocations: one call."""
        since = self.epoch
        found = await self.panel.server(self.key, self.server)
        self.seat.take(found, since=since)
        return found

    async def read_back(self, before: GameServer | None) -> GameServer:
        """Read the server as it is after a change: one call.

        The allocations alone where what was read `before`, in this action, tells the rest; the server itself where
        that is not known, or where the person may not read the list and the server at least shows the primary.
        """
        if before is None or before.permissions is None or before.restricted:
            return await self.panel.server(self.key, self.server)
        return before.with_allocations(await self.panel.allocations(self.key, self.server))

    async def log_of(self, event: str) -> tuple[LoggedChange, ...]:
        """Read what the panel's log says of this server's last changes of one kind, newest first: one call."""
        return await self.panel.activity(self.key, self.server, event=event)

    async def create(self) -> Allocation:
        """Assign an allocation: one call."""
        return await self.panel.create(self.key, self.server)

    async def set_notes(self, allocation: int, notes: str | None) -> Allocation:
        """Set or clear the notes: one call."""
        return await self.panel.set_notes(self.key, self.server, allocation, notes)

    async def set_primary(self, allocation: int) -> Allocation:
        """Make the allocation the primary: one call."""
        return await self.panel.set_primary(self.key, self.server, allocation)

    async def delete(self, allocation: int) -> None:
        """Delete the allocation: one call."""
        await self.panel.delete(self.key, self.server, allocation)
