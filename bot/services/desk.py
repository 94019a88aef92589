"""One person at one server: their key, what they saw last, and reading the panel again."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.models import Allocation, ApiKey, GameServer
from bot.services.ports import Panel
from bot.services.seats import Seat


@dataclass(frozen=True, slots=True)
class Desk:
    """A person's access to one server for the length of one action."""

    panel: Panel
    seat: Seat
    key: ApiKey
    server: str

    @property
    def known(self) -> GameServer | None:
        """The server as last read for this person."""
        return self.seat.known(self.server)

    @property
    def just_seen(self) -> GameServer | None:
        """The server if it was read within a minute, for comparing with what is there now."""
        return self.seat.just_seen(self.server)

    def keep(self, server: GameServer) -> GameServer:
        """Remember the server as it is now, and return it."""
        self.seat.take(server)
        return server

    async def read(self) -> GameServer:
        """Read the server with permissions and allocations: one call."""
        since = self.seat.epochs.of(self.server)
        found = await self.panel.server(self.key, self.server)
        self.seat.take(found, since=since)
        return found

    async def read_back(self) -> GameServer:
        """Read the allocations as they are after a change: one call.

        The allocations endpoint where the rest of the server is known; the server itself where it is not, or where
        the person may not read the list and the server at least shows the primary.
        """
        known = self.known
        if known is None or known.permissions is None or known.restricted:
            return await self.read()
        return self.keep(known.with_allocations(await self.panel.allocations(self.key, self.server)))

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
