"""Pydantic models of the panel's JSON; tolerant of fields that are new or that we do not use."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain.models import (
    NOTES_LIMIT,
    NOTES_ON_PTERODACTYL,
    Allocation,
    GameServer,
    PanelAccount,
    ServerState,
)
from bot.domain.srv import Game, game_of

_STATES = {
    "installing": ServerState.INSTALLING,
    "install_failed": ServerState.INSTALL_FAILED,
    "reinstall_failed": ServerState.REINSTALL_FAILED,
    "suspended": ServerState.SUSPENDED,
    "restoring_backup": ServerState.RESTORING,
}


Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
"""A number of the panel's database; a larger one would fit neither our custom_ids nor our database."""


def _without_nul(text: str) -> str:
    return text.replace("\0", "")


Words = Annotated[str, AfterValidator(_without_nul)]
"""A name: without U+0000, which nobody sees and PostgreSQL keeps in no text. Notes are kept as they are, as JSON."""


class Wire(BaseModel):
    """An object of the panel's JSON; fields it does not name are let be, and no value shows in an error."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)


class AllocationAttributes(Wire):
    """Attributes of one allocation, as in `GET …/network/allocations`."""

    id: Id
    ip: str
    ip_alias: Words | None = None
    port: Annotated[int, Field(ge=0, le=65535)]
    notes: str | None = None
    is_default: bool = False

    def to_domain(self) -> Allocation:
        """Return the allocation; an empty alias counts as none."""
        return Allocation(self.id, self.ip, self.ip_alias or None, self.port, self.notes, self.is_default)


class AllocationObject(Wire):
    """`{"object": "allocation", "attributes": {…}}`."""

    object: Literal["allocation"]
    attributes: AllocationAttributes


class AllocationList(Wire):
    """`{"object": "list", "data": [allocation, …]}`; may be empty and may hold no primary."""

    object: Literal["list"]
    data: list[AllocationObject]

    def to_domain(self) -> tuple[Allocation, ...]:
        """Return the allocations in the panel's order, the primary first."""
        rows = [item.attributes.to_domain() for item in self.data]
        return tuple(sorted(rows, key=lambda row: not row.is_primary))


def absent_as_none(value: Any) -> Any:
    """Read `null_resource`, which the panel sends where a relationship is not granted, as None."""
    return None if isinstance(value, dict) and value.get("object") == "null_resource" else value


class Relationships(Wire):
    """The part of a server's relationships that is used."""

    allocations: Annotated[AllocationList | None, BeforeValidator(absent_as_none)] = None


class FeatureLimits(Wire):
    """The server's limits; `allocations` null means zero."""

    allocations: Annotated[int, Field(ge=-1, le=2**31)] | None = None


class ServerAttributes(Wire):
    """Attributes of one server, as in `GET /api/client` and `GET /api/client/servers/{id}`."""

    server_owner: bool = False
    identifier: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{8}$")]
    uuid: str
    name: Words
    node: Words = ""
    is_node_under_maintenance: bool = False
    feature_limits: FeatureLimits = FeatureLimits()
    limits: Any = None
    docker_image: Any = None
    egg_features: Any = None
    status: str | None = None
    is_suspended: bool = False
    is_installing: bool = False
    is_transferring: bool = False
    relationships: Relationships = Relationships()

    @property
    def game(self) -> Game | None:
        """The game, where the image or the features of what the server was made from name one."""
        features = self.egg_features if isinstance(self.egg_features, list) else []
        return game_of(tuple(word for word in (self.docker_image, *features) if isinstance(word, str)))

    @property
    def notes_limit(self) -> int:
        """How many characters of notes are kept: the two panels' servers are told apart by a field only Pelican has."""
        on_pelican = isinstance(self.limits, dict) and "oom_killer" in self.limits
        return NOTES_LIMIT if on_pelican else NOTES_ON_PTERODACTYL

    @property
    def state(self) -> ServerState:
        """The state in the order in which the panel itself checks it."""
        if self.is_suspended or self.status == "suspended":
            return ServerState.SUSPENDED
        if self.is_node_under_maintenance:
            return ServerState.MAINTENANCE
        if self.is_transferring:
            return ServerState.TRANSFERRING
        if self.status == "reinstall_failed" and self.is_installing:
            return ServerState.NOT_REINSTALLED
        if self.status in _STATES:
            return _STATES[self.status]
        return ServerState.INSTALLING if self.is_installing else ServerState.OK


class ServerMeta(Wire):
    """What only the single server's answer tells: ownership and permissions."""

    is_server_owner: bool = False
    user_permissions: list[str] = []


class ServerObject(Wire):
    """`{"object": "server", "attributes": {…}, "meta": {…}}`; meta is absent in lists."""

    object: Literal["server"]
    attributes: ServerAttributes
    meta: ServerMeta | None = None

    def to_domain(self) -> GameServer:
        """Return the server as this key's user sees it."""
        a = self.attributes
        rows = a.relationships.allocations
        return GameServer(
            identifier=a.identifier.lower(),
            uuid=a.uuid.lower(),
            name=a.name,
            node=a.node,
            state=a.state,
            limit=a.feature_limits.allocations,
            allocations=rows.to_domain() if rows else (),
            is_owner=a.server_owner,
            permissions=frozenset(self.meta.user_permissions) if self.meta else None,
            notes_limit=a.notes_limit,
            game=a.game,
        )


class Pagination(Wire):
    """`meta.pagination` of a list."""

    total: int = 0
    total_pages: int = 1


class ServerListMeta(Wire):
    """`meta` of the server list."""

    pagination: Pagination = Pagination()


class ServerList(Wire):
    """One page of `GET /api/client`."""

    object: Literal["list"]
    data: list[ServerObject]
    meta: ServerListMeta = ServerListMeta()


class AccountAttributes(Wire):
    """Attributes of the key's user; Pelican sends no id, and the e-mail address and the names are not read."""

    id: Id | None = None
    username: Words
    admin: bool = False
    root_admin: bool = False


class AccountObject(Wire):
    """`{"object": "user", "attributes": {…}}` of `GET /api/client/account`."""

    object: Literal["user"]
    attributes: AccountAttributes

    def to_domain(self) -> PanelAccount:
        """Return the panel account."""
        a = self.attributes
        return PanelAccount(a.id, a.username, is_admin=a.admin or a.root_admin)


class ErrorItem(Wire):
    """One entry of the error envelope; `status` is a string on the wire."""

    code: str = ""
    status: str = ""
    detail: str = ""


class ErrorEnvelope(Wire):
    """`{"errors": [ … ]}`, always a list of at least one."""

    errors: Annotated[list[ErrorItem], Field(min_length=1)]
