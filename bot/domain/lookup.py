"""Finding the server or allocation a person means by what they typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.models import Allocation, GameServer
from bot.domain.rules import GRANTED_BY
from bot.errors import AmbiguousServer, UnknownAllocation, UnknownServer

_IDENTIFIER = re.compile(r"[0-9a-f]{8}", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def as_identifier(text: str) -> str | None:
    """Return the short identifier when the text is one, or is a full UUID; else None."""
    cleaned = text.strip().lower()
    if _IDENTIFIER.fullmatch(cleaned):
        return cleaned
    return cleaned[:8] if _UUID.fullmatch(cleaned) else None


def find_server(servers: Sequence[GameServer], text: str, *, whose: str = "your servers") -> GameServer:
    """Return the server with this identifier, UUID, name or unique prefix of a name; `whose` is for the error.

    Raises UnknownServer or AmbiguousServer.
    """
    wanted = text.strip().casefold()
    if not wanted:
        raise UnknownServer("No name was given.")
    by_id = [s for s in servers if wanted in (s.identifier.casefold(), s.uuid.casefold())]
    if by_id:
        return by_id[0]
    for matches in (
        [s for s in servers if s.name.strip().casefold() == wanted],
        [s for s in servers if s.name.strip().casefold().startswith(wanted) or s.identifier.startswith(wanted)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise AmbiguousServer(f"{len(matches)} of {whose} match what you typed.")
    raise UnknownServer(f"None of {whose} has that name, identifier or UUID.")


def matching_servers(servers: Sequence[GameServer], text: str) -> list[GameServer]:
    """Return servers for the suggestions, best first: by name, identifier or a port they hold."""
    wanted = text.strip().casefold()
    if not wanted:
        return list(servers)

    def rank(server: GameServer) -> int | None:
        name = server.name.casefold()
        if name.startswith(wanted) or server.identifier.startswith(wanted) or server.uuid == wanted:
            return 0
        if wanted in name:
            return 1
        if any(wanted in row.address.casefold() or wanted in row.bare_address for row in server.allocations):
            return 2
        return None

    ranks = [(order, index) for index, server in enumerate(servers) if (order := rank(server)) is not None]
    return [servers[index] for _, index in sorted(ranks)]


def find_allocation(rows: Sequence[Allocation], text: str) -> Allocation:
    """Return the allocation with this id, port or ip:port (or alias:port); raise UnknownAllocation.

    An id wins over a port; a port that two addresses share is refused, because the wrong one may be deleted.
    """
    wanted = text.strip().casefold()
    by_id = [row for row in rows if str(row.id) == wanted]
    if by_id:
        return by_id[0]
    by_address = [row for row in rows if wanted in (row.address.casefold(), row.bare_address.casefold())]
    by_port = [row for row in rows if wanted.removeprefix(":") == str(row.port)]
    matches = by_address or by_port
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UnknownAllocation(
            "Several allocations have that port.",
            advice="Give it with its address, as in `203.0.113.7:25565`.",
        )
    raise UnknownAllocation("This server has no allocation with that id, port or address.")


def allocation_named(server: GameServer, text: str) -> Allocation:
    """Return the server's allocation meant by an id, port or address; raise UnknownAllocation.

    Where the panel shows this person only the primary, another one is called hidden, not missing.
    """
    try:
        return find_allocation(server.allocations, text)
    except UnknownAllocation:
        if not server.restricted:
            raise
        raise UnknownAllocation(
            "You lack the panel permission `allocation.read`, so the panel shows me only the primary.",
            advice=GRANTED_BY,
        ) from None


def matching_allocations(rows: Sequence[Allocation], text: str) -> list[Allocation]:
    """Return allocations for the suggestions: by address, id or notes."""
    wanted = text.strip().casefold()
    if not wanted:
        return list(rows)
    return [row for row in rows if wanted in f"{row.address} {row.bare_address} {row.id} {row.notes or ''}".casefold()]
