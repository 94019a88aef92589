"""The rows of the simulated panel's database."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

PERMISSIONS = {
    "websocket": ("connect",),
    "control": ("console", "start", "stop", "restart"),
    "user": ("create", "read", "update", "delete"),
    "file": ("create", "read", "read-content", "update", "delete", "archive", "sftp"),
    "backup": ("create", "read", "delete", "download", "restore"),
    "allocation": ("read", "create", "update", "delete"),
    "startup": ("read", "update", "docker-image"),
    "database": ("create", "read", "update", "delete", "view_password"),
    "schedule": ("create", "read", "update", "delete"),
    "settings": ("rename", "reinstall"),
    "activity": ("read",),
}


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
    allowed_ips: tuple[str, ...] = ()
    expired: bool = False
    revoked: bool = False
    description: str = ""

    @property
    def identifier(self) -> str:
        """The public part of the key."""
        return self.token[:16]


@dataclass(slots=True)
class Node:
    """A machine on which servers run."""

    id: int
    name: str
    fqdn: str
    maintenance: bool = False


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
    def address(self) -> Address:
        """The address as it is now, for the activity log."""
        return Address(self.ip, self.port, self.ip_alias)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address was when something was done to it."""

    ip: str
    port: int
    alias: str | None


@dataclass(slots=True)
class Server:
    """A game server; `primary_id` may point at a row the server no longer owns, as on a real panel."""

    id: int
    identifier: str
    uuid: str
    name: str
    owner_id: int
    node_id: int
    primary_id: int
    limit: int | None = 5
    status: str | None = None
    transferring: bool = False
    description: str = ""
    external_id: str | None = None
    subusers: dict[int, list[str]] = field(default_factory=dict)

    @property
    def installing(self) -> bool:
        """Whether the panel says `is_installing`, which a failed installation does for ever."""
        return self.status in {"installing", "install_failed"}


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
