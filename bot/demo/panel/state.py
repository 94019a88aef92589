"""Everything the simulated panel knows, and the builders with which tests and the demo fill it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.demo.panel.database import Engine, same
from bot.demo.panel.records import (
    Activity,
    Allocation,
    ApiKey,
    Build,
    KeyKind,
    Maintenance,
    Node,
    Server,
    User,
)

FREE_PORTS = range(25570, 25580)


@dataclass
class PanelState:
    """The panel's database and settings; tests change it between two requests as if by the web panel."""

    # The real default of auto-allocation is off; nobody could be shown anything with that.
    auto_allocation: bool = True
    range_start: int | str | None = None
    range_end: int | str | None = None
    """The ports of creation; None twice is what the flavour is usually set up with, "" is not set."""
    creates_new_rows: bool = True
    """Pelican's `create_new`: whether a row is made where the range has no free one."""
    two_factor_level: int = 0
    app_key_broken: bool = False
    database_down: bool = False
    strict_db: bool = False
    engine: Engine | None = None
    """Overrides the flavour's usual database."""
    maintenance: Maintenance | None = None
    requests_per_minute: int | None = None
    """Overrides the flavour's limit."""
    creates_per_minute: int | None = None
    """Overrides the flavour's limit of creations on one server, where it has one."""
    hides_administrators: bool = False
    """Whether what administrators do on other people's servers is left out of the activity log."""
    clock: Callable[[], float] = field(default=time.time, compare=False)
    """The panel's, once it has this state."""

    users: dict[int, User] = field(default_factory=dict)
    keys: list[ApiKey] = field(default_factory=list)
    nodes: dict[int, Node] = field(default_factory=dict)
    servers: dict[int, Server] = field(default_factory=dict)
    allocations: dict[int, Allocation] = field(default_factory=dict)
    activity: list[Activity] = field(default_factory=list)

    def add_user(self, username: str, *, admin: bool = False, two_factor: bool = False, staff: bool = False) -> User:
        """Add an account."""
        user = User(_next_id(self.users), username, admin=admin, two_factor=two_factor, staff=staff)
        self.users[user.id] = user
        return user

    def add_key(
        self,
        user: User,
        token: str | None = None,
        *,
        application: bool = False,
        allowed_ips: Iterable[str] = (),
        expired: bool = False,
        description: str = "made by the web panel",
        prefix: str = "ptlc_",
    ) -> str:
        """Add an API key and return it in full: 48 characters, the same ones in every run."""
        if token is None:
            number = len(self.keys) + 1
            prefix = "ptla_" if application else prefix
            token = f"{prefix}{number:011d}{number:032d}"
        kind = KeyKind.APPLICATION if application else KeyKind.CLIENT
        self.keys.append(ApiKey(token, user.id, kind, tuple(allowed_ips), expired=expired, description=description))
        return token

    def find_key(self, identifier: str, engine: Engine) -> ApiKey | None:
        """Look a key up by its identifier, as the database compares it; a revoked one is gone."""
        return next((key for key in self.keys if not key.revoked and same(engine, key.identifier, identifier)), None)

    def key(self, token: str) -> ApiKey:
        """Return the row of a key, to revoke or expire it."""
        return next(key for key in self.keys if key.token == token)

    def revoke(self, token: str) -> None:
        """Delete a key, as its user can on the web panel."""
        self.key(token).revoked = True

    def add_node(self, name: str, *, maintenance: bool = False) -> Node:
        """Add a machine."""
        node = Node(_next_id(self.nodes), name, f"{name}.example.test", maintenance)
        self.nodes[node.id] = node
        return node

    def add_server(
        self,
        owner: User,
        name: str,
        *,
        id: int | None = None,
        identifier: str | None = None,
        uuid: str | None = None,
        limit: int | None = 5,
        node: Node | None = None,
        ip: str = "203.0.113.7",
        ports: Iterable[int] = (25565, 25566),
        alias: str | None = None,
        notes: Mapping[int, str] | None = None,
        free_ports: Iterable[int] = FREE_PORTS,
        status: str | None = None,
        suspended: bool = False,
        transferring: bool = False,
        description: str = "",
        external_id: str | None = None,
        first_allocation_id: int | None = None,
        build: Build | None = None,
    ) -> Server:
        """Add a server with its rows; the first port, if any, is the primary, `alias` is that row's alias."""
        server_id = id if id is not None else _next_id(self.servers)
        identifier = identifier or (uuid[:8] if uuid else f"{0x5E000000 + server_id:08x}")
        node = node or self._default_node()
        ports = tuple(ports)
        first = first_allocation_id if first_allocation_id is not None else _next_id(self.allocations)
        server = Server(
            server_id,
            identifier,
            uuid or f"{identifier}-0000-4000-8000-{server_id:012d}",
            name,
            owner.id,
            node.id,
            primary_id=first if ports else None,
            limit=limit,
            status="suspended" if suspended else status,
            transferring=transferring,
            description=description,
            external_id=external_id,
            build=build or Build(),
        )
        self.servers[server_id] = server
        notes = notes or {}
        for allocation_id, port in enumerate(ports, start=first):
            row = self.add_allocation(ip, port, node=node, id=allocation_id)
            row.server_id, row.notes = server_id, notes.get(port)
            row.ip_alias = alias if allocation_id == first else None
        taken = {(row.ip, row.port) for row in self.allocations.values()}
        first_free = None if first_allocation_id is None else first + 10
        for port in free_ports:
            # Two servers may share an IP, and with it one pool.
            if (ip, port) not in taken:
                self.add_allocation(ip, port, node=node, id=first_free)
                first_free = None if first_free is None else first_free + 1
        return server

    def _default_node(self) -> Node:
        return next(iter(self.nodes.values()), None) or self.add_node("node1")

    def remove_server(self, server: Server) -> None:
        """Delete a server; its rows return to the free pool."""
        for row in self.allocations_of(server):
            self.release(row)
        del self.servers[server.id]

    def add_subuser(self, server: Server, user: User, permissions: Iterable[str]) -> None:
        """Give a user permissions on a server, replacing those he had."""
        server.subusers[user.id] = list(permissions)

    def remove_subuser(self, server: Server, user: User) -> None:
        """Take all of a user's permissions on a server away."""
        server.subusers.pop(user.id, None)

    def add_allocation(
        self,
        ip: str,
        port: int,
        *,
        node: Node | None = None,
        id: int | None = None,
        alias: str | None = None,
        notes: str | None = None,
    ) -> Allocation:
        """Add a row to the free pool."""
        row_id = id if id is not None else _next_id(self.allocations)
        node = node or self._default_node()
        row = Allocation(row_id, node.id, ip, port, ip_alias=alias, notes=notes)
        self.allocations[row_id] = row
        return row

    def assign(
        self,
        server: Server,
        port: int,
        ip: str | None = None,
        *,
        alias: str | None = None,
        notes: str | None = None,
    ) -> Allocation:
        """Give a server one more row, as an administrator does; the limit does not matter to him."""
        ip = ip or self.primary_of(server).ip
        row = next((r for r in self.allocations.values() if (r.ip, r.port) == (ip, port)), None)
        row = row or self.add_allocation(ip, port, node=self.nodes[server.node_id])
        row.server_id = server.id
        row.ip_alias = alias if alias is not None else row.ip_alias
        row.notes = notes if notes is not None else row.notes
        return row

    def release(self, row: Allocation) -> None:
        """Return a row to the free pool the way the panel does: notes go, the alias stays."""
        row.server_id = None
        row.notes = None

    def allocations_of(self, server: Server) -> list[Allocation]:
        """Return the rows a server owns, in the order the panel lists them."""
        rows = (row for row in self.allocations.values() if row.server_id == server.id)
        return sorted(rows, key=lambda row: row.id)

    def primary_of(self, server: Server) -> Allocation:
        """Return the row the server's primary points at, owned or not."""
        found = self.find_primary(server)
        if found is None:
            raise LookupError(f"{server.name} has no primary")
        return found

    def find_primary(self, server: Server) -> Allocation | None:
        """Return the row the server's primary points at, owned or not, if it points at one."""
        return self.allocations.get(server.primary_id or 0)

    def server(self, identifier: str) -> Server:
        """Return a server by its short identifier or uuid."""
        found = self.find_server(identifier)
        if found is None:
            raise KeyError(identifier)
        return found

    def find_server(self, identifier: str, engine: Engine = Engine.MARIADB) -> Server | None:
        """Look a server up by its short or full uuid, as the database compares it."""
        return next(
            (
                s
                for s in self.servers.values()
                if same(engine, s.identifier, identifier) or same(engine, s.uuid, identifier)
            ),
            None,
        )

    def log(
        self,
        event: str,
        *,
        actor: User | None,
        ip: str = "127.0.0.1",
        is_api: bool = True,
        server: Server | None = None,
        row: Allocation | None = None,
        properties: Mapping[str, str | None] | None = None,
    ) -> None:
        """Write a line of the activity log: the server's, or else the actor's account's."""
        self.activity.append(
            Activity(
                len(self.activity) + 1,
                self.clock(),
                event,
                None if server is None else server.id,
                None if actor is None else actor.id,
                ip,
                is_api,
                None if row is None else row.address,
                dict(properties or {}),
            )
        )


def _next_id(rows: Mapping[int, object]) -> int:
    return max(rows, default=0) + 1
