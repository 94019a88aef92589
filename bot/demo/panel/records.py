"""The rows of the simulated panel's database."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.demo.panel.daemon import Daemon

CREATED_AT = "2026-01-01T00:00:00+00:00"


class KeyKind(StrEnum):
    """What an API key may be used for."""

    CLIENT = "client"
    APPLICATION = "application"


@dataclass(slots=True)
class User:
    """An account on the panel."""

    id: int
    username: str
    admin: bool = False
    two_factor: bool = False
    staff: bool = False
    """Whether a role of Pelican's lets the user update any server; that does not make an administrator."""
    last_name: str = "Example"
    language: str = "en"

    @property
    def uuid(self) -> str:
        """The user's uuid, which the client API shows to other subusers only."""
        return f"11111111-1111-4111-8111-{self.id:012d}"

    @property
    def email(self) -> str:
        """The user's address, on a domain that cannot receive mail."""
        return f"{self.username}@example.test"


@dataclass(slots=True)
class ApiKey:
    """An API key: 16 public characters (the identifier) and 32 secret ones."""

    token: str
    user_id: int
    kind: KeyKind = KeyKind.CLIENT
    allowed_ips: tuple[str, ...] | dict[str, str] | None = ()
    """As it was sent; keys that the API did not make may have none at all."""
    expired: bool = False
    revoked: bool = False
    description: str = ""
    created_at: float | None = None
    """None is when everything here was set up."""
    last_used_at: float | None = None

    @property
    def identifier(self) -> str:
        """The public part of the key."""
        return self.token[:16]

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses it is locked to; none is from everywhere."""
        listed = self.allowed_ips or ()
        return tuple(listed.values()) if isinstance(listed, dict) else listed


@dataclass(slots=True)
class Node:
    """A machine on which servers run."""

    id: int
    name: str
    fqdn: str
    maintenance: bool = False
    daemon: Daemon = field(default_factory=Daemon)
    """What runs the servers there, and how it answers the panel."""


@dataclass(slots=True)
class Allocation:
    """One IP and port of a node; a row with no server lies in the free pool."""

    id: int
    node_id: int
    ip: str
    port: int
    server_id: int | None = None
    ip_alias: str | None = None
    notes: str | None = None

    @property
    def address(self) -> str:
        """The address without its alias."""
        return f"{self.ip}:{self.port}"

    def as_logged(self) -> Address:
        """Return the address as it is now, for the activity log."""
        return Address(self.ip, self.port, self.ip_alias)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address was when something was done to it."""

    ip: str
    port: int
    alias: str | None


@dataclass(frozen=True, slots=True)
class Build:
    """What a server is made of; nothing of it matters to its allocations."""

    memory: int = 1024
    disk: int = 2048
    cpu: int = 100
    invocation: str = "java -Xms128M -XX:MaxRAMPercentage=95.0 -Dterminal.jline=false -Dterminal.ansi=true -jar {jar}"
    image: str = "ghcr.io/pterodactyl/yolks:java_17"
    features: tuple[str, ...] = ("eula", "java_version", "pid_limit")
    egg_uuid: str = "10f77dc3-3001-4e79-b3a0-dd26d802b823"
    egg_name: str = "Paper"
    has_variables: bool = True


@dataclass(slots=True)
class Server:
    """A game server; `primary_id` may name a row the server no longer owns, and on Pelican none at all."""

    id: int
    identifier: str
    uuid: str
    name: str
    owner_id: int
    node_id: int
    primary_id: int | None
    limit: int | None = 5
    status: str | None = None
    transferring: bool = False
    description: str = ""
    external_id: str | None = None
    subusers: dict[int, list[str]] = field(default_factory=dict)
    build: Build = field(default_factory=Build)


@dataclass(slots=True)
class Activity:
    """A line of the activity log: of a server's, or of its actor's account where no server is named."""

    id: int
    at: float
    event: str
    server_id: int | None
    actor_id: int | None
    """Whose doing it was; None is the panel's own."""
    ip: str
    is_api: bool
    """Whether a key was used; the panel's own page uses none."""
    allocation: Address | None = None
    properties: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class Maintenance:
    """`artisan down`: everything is answered 503, or 302 when a redirect was given."""

    retry: int | None = None
    redirect: str | None = None
