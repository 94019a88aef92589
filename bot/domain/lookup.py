"""Finding the server or allocation a person means by what they typed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from bot.domain.models import Allocation, GameServer
from bot.domain.rules import GRANTED_BY
from bot.errors import AmbiguousServer, BotError, UnknownAllocation, UnknownServer

_COMPARED = 1_000
"""Servers whose names are compared letter by letter: that takes time, in which nobody else is answered."""
_LETTERS = 60
"""Letters of a name that are compared: of one that repeats itself, the time grows with more than their square."""
_ALIKE = 0.6
"""How much of two names must be the same, of 1."""
_SEVERAL = "{} ports of this server fit what you typed."
_ID = re.compile(r"#([0-9]{1,15})")
_PORT = re.compile(r":?([0-9]+)")
_IDENTIFIER = re.compile(r"[0-9a-f]{8}", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def as_identifier(text: str) -> str | None:
    """Return the short identifier when the text is one, or is a full UUID; else None."""
    cleaned = text.strip().lower()
    if _IDENTIFIER.fullmatch(cleaned):
        return cleaned
    return cleaned[:8] if _UUID.fullmatch(cleaned) else None


class SeveralServers(AmbiguousServer):
    """Several of the servers that a person sees fit what was typed; the person chooses."""

    title = "Which server do you mean?"
    servers: tuple[GameServer, ...] = ()
    """Those that fit."""


class NoSuchServer(UnknownServer):
    """None of the servers that a person sees fits what was typed."""

    title = "No such server"
    servers: tuple[GameServer, ...] = ()
    """Those that might be meant, the likeliest first."""


def find_server(servers: Sequence[GameServer], text: str, *, whose: str = "your servers") -> GameServer:
    """Return the server with this identifier, UUID, name, unique prefix of a name, or name that players type.

    Raises NoSuchServer or SeveralServers, which hold those that might be meant; `whose` is for their words.
    """
    wanted = text.strip().casefold()
    if not wanted:
        raise NoSuchServer("No name was given.")
    by_id = [s for s in servers if wanted in (s.identifier.casefold(), s.uuid.casefold())]
    if by_id:
        return by_id[0]
    for matches in (
        [s for s in servers if s.name.strip().casefold() == wanted],
        [s for s in servers if s.name.strip().casefold().startswith(wanted) or s.identifier.startswith(wanted)],
        [s for s in servers if wanted in s.name_spellings or s.after_name(wanted)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            several = SeveralServers(f"{len(matches)} of {whose} match what you typed.")
            several.servers = tuple(matches)
            raise several
    unknown = NoSuchServer(f"None of {whose} has that name, identifier or UUID.")
    unknown.servers = tuple(nearest_servers(servers, text))
    raise unknown


def matching_servers(servers: Sequence[GameServer], text: str) -> list[GameServer]:
    """Return servers for the suggestions, best first: by name, identifier, the name that players type, or a port."""
    wanted = text.strip().casefold()
    if not wanted:
        return list(servers)

    def rank(server: GameServer) -> int | None:
        name = server.name.casefold()
        if name.startswith(wanted) or server.identifier.startswith(wanted) or server.uuid == wanted:
            return 0
        if wanted in name:
            return 1
        if any(wanted in name for name in server.name_spellings) or server.after_name(wanted):
            return 2
        if any(_names(row, wanted) for row in server.allocations):
            return 2
        return None

    ranks = [(order, index) for index, server in enumerate(servers) if (order := rank(server)) is not None]
    return [servers[index] for _, index in sorted(ranks)]


def _names(row: Allocation, wanted: str) -> bool:
    """Tell whether a text is part of an allocation's address, or of the label it has in the place of one."""
    return wanted in row.address.casefold() or wanted in row.bare_address or wanted in (row.label or "").casefold()


def nearest_servers(servers: Sequence[GameServer], text: str) -> list[GameServer]:
    """Return those that might be meant by what fits none: it is within their name, or like it or a word of it."""
    within = matching_servers(servers, text)
    if within:
        return within
    parts: dict[str, list[GameServer]] = {}
    for server in servers[:_COMPARED]:
        name = server.name.strip().casefold()
        for part in {word[:_LETTERS] for word in (name, *name.split())}:
            parts.setdefault(part, []).append(server)
    alike = difflib.get_close_matches(text.strip().casefold()[:_LETTERS], parts, n=_COMPARED, cutoff=_ALIKE)
    return list({server.identifier: server for part in alike for server in parts[part]}.values())


class AmbiguousAllocation(BotError):
    """Several allocations of the server fit what was typed; the person chooses, for the wrong one may be deleted."""

    title = "Which port do you mean?"
    advice = (
        "Give it with its address, as in `203.0.113.7:25565`, or take it from the suggestions. Nothing was changed."
    )

    def __init__(
        self,
        detail: str = "",
        *,
        rows: Sequence[Allocation] = (),
        server: GameServer | None = None,
        subject: str | None = None,
        retry_at: float | None = None,
    ) -> None:
        super().__init__(detail, subject=subject, retry_at=retry_at)
        self.rows = tuple(rows)
        self.server = server


class HiddenAllocation(UnknownAllocation):
    """What was typed fits none that the panel shows to this person, who may have others that it does not show."""

    title = "I cannot find that port"
    advice = f"Give its id if you know it, as in `#123`: I try it without seeing it. {GRANTED_BY}"


class UnseenAllocation(BotError):
    """An allocation was named by an id that this person may not see; a change of it is asked about first."""

    title = "I cannot see that port"
    advice = "Run the command again, and answer the question. Nothing was changed."

    def __init__(
        self,
        detail: str = "",
        *,
        number: int = 0,
        server: GameServer | None = None,
        subject: str | None = None,
        retry_at: float | None = None,
    ) -> None:
        super().__init__(detail, subject=subject, retry_at=retry_at)
        self.number = number
        self.server = server


def typed_id(text: str) -> int | None:
    """Return the number of `#123`, which is an allocation's id; None for anything else."""
    found = _ID.fullmatch(text.strip())
    return int(found[1]) if found else None


def fitting(rows: Sequence[Allocation], text: str) -> list[Allocation]:
    """Return the allocations that are named by `#id`, by port, or by IP or alias, with or without the port.

    A bare number is a port, never an id.
    """
    wanted, number = text.strip().casefold(), typed_id(text)
    if number is not None:
        return [row for row in rows if row.id == number]
    port = _PORT.fullmatch(wanted)
    if port:
        return [row for row in rows if str(row.port) == port[1]]
    whole = [row for row in rows if wanted in [spelling.casefold() for spelling in row.spellings]]
    return whole or [row for row in rows if wanted and wanted in (row.ip.casefold(), (row.alias or "").casefold())]


def find_allocation(rows: Sequence[Allocation], text: str) -> Allocation:
    """Return the one allocation that fits what was typed; raise UnknownAllocation or AmbiguousAllocation."""
    found = fitting(rows, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousAllocation(_SEVERAL.format(len(found)), rows=found)
    wanted = text.strip()
    if any(str(row.id) == wanted for row in rows):
        raise UnknownAllocation(
            "This server has no such port.",
            advice=f"Type `#{wanted}` if you mean the one with that id. {UnknownAllocation.advice}",
        )
    raise UnknownAllocation("This server has no port with that number, address or `#id`.")


def allocation_named(server: GameServer, text: str) -> Allocation:
    """Return the server's allocation meant by `#id`, port, address or given name.

    Raises UnknownAllocation or AmbiguousAllocation. Another one than the primary is called hidden, not missing, where
    that is all that the panel shows to this person.
    """
    try:
        return find_allocation(server.allocations, text)
    except AmbiguousAllocation as several:
        several.server = server
        raise
    except UnknownAllocation:
        named = _by_name(server, text.strip().casefold())
        if len(named) > 1:
            raise AmbiguousAllocation(_SEVERAL.format(len(named)), rows=named, server=server) from None
        if named:
            return named[0]
        if not server.restricted:
            raise
        raise HiddenAllocation(
            "You lack the panel permission `allocation.read`, so {panel} shows me only the primary, and I cannot "
            "find out the id of another one by its port or address."
        ) from None


def _by_name(server: GameServer, wanted: str) -> list[Allocation]:
    """Return what the name that somebody gave means: alone the primary, with a port behind it that port."""
    if wanted in server.name_spellings:
        return [row for row in server.allocations if row.is_primary]
    return [row for row in server.allocations if row.port in server.after_name(wanted)]


def matching_allocations(rows: Sequence[Allocation], text: str) -> list[Allocation]:
    """Return allocations for the suggestions: by address, id or notes."""
    wanted = text.strip().casefold()
    if not wanted:
        return list(rows)
    return [row for row in rows if wanted in _all_of(row).casefold()]


def _all_of(row: Allocation) -> str:
    return " ".join((row.address, row.bare_address, row.label or "", f"#{row.id}", row.notes or ""))
