"""The panel calls the bot makes, one method each; answers are domain objects, refusals are exceptions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.activity import LoggedChange, LoggedPage
from bot.domain.models import Allocation, ApiKey, GameServer, Listing, PanelAccount
from bot.domain.progress import Progress
from bot.panel import wire
from bot.panel.activity import ActivityList
from bot.panel.caller import done, parse, segment
from bot.panel.keys import KeyCalls
from bot.panel.listing import PAGE_SIZE, Pages
from bot.panel.power import PowerCalls
from bot.panel.signpost import Signpost


def _as_told(server: GameServer) -> GameServer:
    return server


async def _at_once() -> None:
    pass


class PanelClient(KeyCalls, PowerCalls, Signpost):
    """The calls on accounts, servers and allocations; with those on API keys and processes, and one without a key."""

    completed: Callable[[GameServer], GameServer] = staticmethod(_as_told)
    """Returns a server with what is known of it besides what the panel tells."""
    settled: Callable[[], Awaitable[None]] = staticmethod(_at_once)
    """Returns once that is up to date."""

    async def account(self, key: ApiKey) -> PanelAccount:
        """Return whom the key belongs to: `GET /api/client/account`."""
        return (await self.read("account", wire.AccountObject, key=key)).to_domain()

    async def listing(self, key: ApiKey, *, others: bool = False, progress: Progress | None = None) -> Listing:
        """Return all pages of `GET /api/client`; with `others` the servers of everybody else, which administrators see.

        Where the panel fails at one of them, all the others and how many are missing. `progress` is kept up to date.
        """
        kind = {"type": "admin"} if others else {}

        async def read(number: int, size: int) -> wire.ServerList:
            query = {"per_page": str(size), "page": str(number), **kind}
            if size == PAGE_SIZE:
                return await self.read("", wire.ServerList, key=key, query=query)
            return parse(await self.send("GET", "", key=key, query=query), wire.ServerList)

        listing = await Pages(read, progress).all()
        await self.settled()
        return replace(listing, servers=tuple(self.completed(server) for server in listing.servers))

    async def server(self, key: ApiKey, server: str) -> GameServer:
        """Return one server with its allocations and the caller's permissions: `GET …/servers/{id}`."""
        found = await self.read(f"servers/{segment(server)}", wire.ServerObject, key=key)
        await self.settled()
        return self.completed(found.to_domain())

    async def allocations(self, key: ApiKey, server: str) -> tuple[Allocation, ...]:
        """Return the allocations, the primary first: `GET …/network/allocations`."""
        answer = await self.read(_path(server), wire.AllocationList, key=key, permission="allocation.read")
        return answer.to_domain()

    async def activity(self, key: ApiKey, server: str, *, event: str) -> tuple[LoggedChange, ...]:
        """Return what the server's log has of events whose name holds `event`, newest first, a page of it."""
        return (await self.log(key, server, events=event)).lines

    async def log(
        self, key: ApiKey, server: str, *, events: str = "", oldest_first: tuple[int, int] | None = None
    ) -> LoggedPage:
        """Return lines of the server's log, newest first: the newest 100 of events whose name holds `events`.

        `oldest_first` is the number and the size of a page to read instead, counted from the beginning of the log.
        """
        query = {"sort": "-timestamp", "include": "actor", "per_page": str(PAGE_SIZE)}
        if oldest_first is not None:
            query |= {"sort": "timestamp", "page": str(oldest_first[0]), "per_page": str(oldest_first[1])}
        if events:
            query["filter[event]"] = events
        path = f"servers/{segment(server)}/activity"
        return (await self.read(path, ActivityList, key=key, query=query, permission="activity.read")).to_domain()

    async def create(self, key: ApiKey, server: str) -> Allocation:
        """Assign a new allocation and return it; the panel picks it: `POST …/network/allocations`."""
        answer = await self.send(
            "POST", _path(server), key=key, permission="allocation.create", creates_on=server.lower()
        )
        return parse(answer, wire.AllocationObject).attributes.to_domain()

    async def set_notes(self, key: ApiKey, server: str, allocation: int, notes: str | None) -> Allocation:
        """Set or clear (None) the notes: `POST …/network/allocations/{id}`."""
        answer = await self.send(
            "POST", _path(server, allocation), key=key, permission="allocation.update", json={"notes": notes}
        )
        return parse(answer, wire.AllocationObject).attributes.to_domain()

    async def set_primary(self, key: ApiKey, server: str, allocation: int) -> Allocation:
        """Make an allocation the primary: `POST …/network/allocations/{id}/primary`."""
        path = f"{_path(server, allocation)}/primary"
        answer = await self.send("POST", path, key=key, permission="allocation.update")
        return parse(answer, wire.AllocationObject).attributes.to_domain()

    async def delete(self, key: ApiKey, server: str, allocation: int) -> None:
        """Delete an allocation: `DELETE …/network/allocations/{id}`, answered 204 without a body."""
        answer = await self.send("DELETE", _path(server, allocation), key=key, permission="allocation.delete")
        done(answer, "a deletion")


def _path(server: str, allocation: int | None = None) -> str:
    path = f"servers/{segment(server)}/network/allocations"
    return path if allocation is None else f"{path}/{allocation:d}"
