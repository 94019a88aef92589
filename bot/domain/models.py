"""Frozen value objects: what the bot knows about accounts, servers and allocations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.hostnames import Alias, JoinName, read_alias, with_port
from bot.domain.srv import Game

NOTES_ON_PTERODACTYL = 191
"""Code points that Pterodactyl really stores; its own rule says 256, but the column cuts there."""
NOTES_LIMIT = 255
"""Code points that any panel stores: Pelican's column on MySQL and MariaDB; on SQLite it has no end."""


class ApiKey:
    """A panel API key that shows itself only through `reveal()`, never through `repr` or `str`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the key itself, for the Authorization header and the vault only."""
        return self._value

    @property
    def masked(self) -> str:
        """The prefix and the last four characters, for the owner's eyes."""
        prefix, separator, rest = self._value.partition("_")
        if not separator or len(rest) < 12:
            return "…"
        return f"{prefix[:4]}_…{rest[-4:]}"

    @property
    def identifier(self) -> str:
        """Its first 16 characters, which are no secret: the panel lists the key by them."""
        return self._value[:16]

    @property
    def is_pelican(self) -> bool:
        """Whether it was made on a Pelican panel; one that came along from Pterodactyl does not look so."""
        return self._value.startswith("pacc_")

    def __repr__(self) -> str:
        return "ApiKey(hidden)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class ServerState(StrEnum):
    """The panel's view of a server; everything but `OK` and `REINSTALL_FAILED` blocks changes.

    After a failed reinstallation Pterodactyl allows changes and Pelican does not.
    """

    OK = "ok"
    INSTALLING = "installing"
    INSTALL_FAILED = "install failed"
    REINSTALL_FAILED = "reinstall failed"
    NOT_REINSTALLED = "not installed (the reinstallation failed)"
    SUSPENDED = "suspended"
    RESTORING = "restoring a backup"
    TRANSFERRING = "being transferred"
    MAINTENANCE = "node in maintenance"

    @property
    def blocks_changes(self) -> bool:
        """Whether the panel answers 409 to every allocation call in this state."""
        return self not in (ServerState.OK, ServerState.REINSTALL_FAILED)

    @property
    def lasts(self) -> bool:
        """Whether waiting does not help: a failed installation stays until somebody reinstalls the server."""
        return self in (ServerState.INSTALL_FAILED, ServerState.NOT_REINSTALLED)


@dataclass(frozen=True, slots=True)
class PanelAccount:
    """The panel user a key belongs to; Pelican does not tell the id."""

    id: int | None
    username: str
    is_admin: bool | None = None
    """Whether the panel shows it the servers of others; None where it was not asked yet."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """One IP:port pair of a server."""

    id: int
    ip: str
    alias: str | None
    port: int
    notes: str | None
    is_primary: bool

    @property
    def address(self) -> str:
        """What players type: the alias where it is an address, else the IP; with the port, which an alias may hold."""
        alias = self.other
        return self.bare_address if alias is None else with_port(alias.host, alias.port or self.port)

    @property
    def bare_address(self) -> str:
        """IP and port as the panel stores them, without the alias."""
        return with_port(self.ip, self.port)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The address in every way in which a panel's log or the record writes it; Pterodactyl's has no brackets."""
        return (self.address, self.bare_address, f"{self.ip}:{self.port}", f"{self.alias or self.ip}:{self.port}")

    @property
    def other(self) -> Alias | None:
        """The alias with its host and its port apart, if there is one that is an address."""
        return None if self.alias is None else read_alias(self.alias)

    @property
    def label(self) -> str | None:
        """The alias where it is no address: some text, to be shown as it is beside what players type."""
        return self.alias if self.alias and not self.alias.isspace() and self.other is None else None


@dataclass(frozen=True, slots=True)
class GivenName:
    """The name under which players join a server, as somebody gave it, who that was, and when."""

    server: str
    """The server's identifier."""
    name: JoinName
    user_id: int
    """Who gave it, on Discord."""
    at: datetime


@dataclass(frozen=True, slots=True)
class GameServer:
    """A server as one person sees it."""

    identifier: str
    uuid: str
    name: str
    node: str
    state: ServerState
    limit: int | None
    """Allocations in all, the primary included; None counts as zero on the panel."""
    allocations: tuple[Allocation, ...]
    is_owner: bool
    permissions: frozenset[str] | None = None
    """What the panel granted this person; None where the answer did not tell (the server list)."""
    notes_limit: int = NOTES_ON_PTERODACTYL
    """Code points of notes that its panel keeps."""
    game: Game | None = None
    """The game by the panel's words on its image, where that is one whose client asks DNS for the port."""
    given: GivenName | None = None
    """The name that somebody gave for players to type; the panel knows nothing of it."""

    @property
    def primary(self) -> Allocation | None:
        """The primary allocation, if the panel names one (after a race it may not)."""
        return next((row for row in self.allocations if row.is_primary), None)

    @property
    def join_name(self) -> JoinName | None:
        """The name that players type: the one that somebody gave, else the alias of the primary if it is a name."""
        if self.given is not None:
            return self.given.name
        alias = self.primary.other if self.primary else None
        return alias.name if alias else None

    @property
    def typed(self) -> str | None:
        """What players type: the name that somebody gave, else the primary's own address."""
        if self.given is not None:
            return self.given.name.text
        return None if self.primary is None else self.primary.address

    @property
    def name_spellings(self) -> tuple[str, ...]:
        """The name that somebody gave in the ways in which people type it, for comparison; empty where nobody did."""
        if self.given is None:
            return ()
        name = self.given.name
        return tuple(dict.fromkeys((name.text.casefold(), name.host_words.casefold(), name.host)))

    def after_name(self, typed: str) -> frozenset[int]:
        """Return the port that a casefolded text has after the name that somebody gave, where this server has it."""
        host, _, port = typed.rpartition(":")
        if host not in self.name_spellings:
            return frozenset()
        return frozenset(row.port for row in self.allocations if str(row.port) == port)

    @property
    def restricted(self) -> bool:
        """True when the panel shows only the primary, because `allocation.read` is missing."""
        return self.permissions is not None and not self.may("allocation.read")

    def may(self, permission: str) -> bool:
        """Tell whether this person holds a panel permission; unknown counts as yes, the panel decides."""
        if self.permissions is None:
            return True
        return "*" in self.permissions or permission in self.permissions

    def allocation(self, allocation_id: int) -> Allocation | None:
        """Return the allocation with this id, if the server has it."""
        return next((row for row in self.allocations if row.id == allocation_id), None)

    def shows_notes(self, row: Allocation) -> bool:
        """Tell whether the notes of this row are the panel's; without `allocation.read` it hides them as none."""
        if row.notes is not None or self.is_owner:
            return True
        if self.permissions is None:
            # The list does not tell permissions, but more than the primary is shown only to those who may read.
            return len(self.allocations) > 1
        return not self.restricted

    def with_allocations(self, rows: tuple[Allocation, ...]) -> GameServer:
        """Return this server with other allocations, as read back from the panel."""
        return replace(self, allocations=rows)

    def with_allocation(self, changed: Allocation) -> GameServer:
        """Return this server with one allocation replaced by its changed self."""
        return self.with_allocations(tuple(changed if row.id == changed.id else row for row in self.allocations))


@dataclass(frozen=True, slots=True)
class Listing:
    """The servers one person sees, and how many of them the panel failed to describe."""

    servers: tuple[GameServer, ...]
    unreadable: int = 0
    read_at: float | None = None
    """The Unix time at which the panel told it, where that was before this action."""

    @property
    def only(self) -> GameServer | None:
        """The one server there is to choose; None where there are more, be it some that could not be listed."""
        return self.servers[0] if len(self.servers) == 1 and not self.unreadable else None
