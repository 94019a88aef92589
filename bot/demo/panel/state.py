"""The panel's settings and rows, with the builders by which tests and the demo fill it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.demo.panel.records import Allocation, ApiKey, Build, KeyKind, Node, Server, User
from bot.demo.panel.tables import Tables

FREE_PORTS = range(25570, 25580)


@dataclass
class PanelState(Tables):
    """The panel's database and settings; tests change it between two requests as if by the web panel."""

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
        allowed_ips: Iterable[str] | dict[str, str] | None = (),
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
        stored = allowed_ips if allowed_ips is None or isinstance(allowed_ips, dict) else tuple(allowed_ips)
        self.keys.append(ApiKey(token, user.id, kind, stored, expired=expired, description=description))
        return token

    def fill_keys(self, user: User, *, leave: int = 0) -> None:
        """Add client keys to an account until so many more fit."""
        while len(self.client_keys_of(user)) < self.keys_per_account - leave:
            self.add_key(user, description=f"k{len(self.client_keys_of(user)) + 1}")

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


def _next_id(rows: Mapping[int, object]) -> int:
    return max(rows, default=0) + 1
