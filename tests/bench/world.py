"""The panel accounts of the benchmark, and the people who use them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.demo.panel import PanelState
from bot.demo.panel.database import Engine
from bot.demo.panel.records import ApiKey, Node, Server, User

HOUSEHOLDS = 200
"""Panel accounts the crowd shares; its people have keys of their own all the same."""
MANY = 500
ROWS_PER_ACCOUNT = 10_000
_FIRST_ID = 200_000_000_000_000_000


class Account(StrEnum):
    """What a person's panel account is like."""

    CROWD = "crowd"
    """One server with two allocations."""
    GREAT = "great"
    """500 servers with one allocation each."""
    BROAD = "broad"
    """One server with 500 allocations."""
    TARDY = "tardy"
    """As the crowd's, but the panel takes its time for it."""
    ADMIN = "admin"
    """May see every server; for the floor, which has one key for everybody."""
    TIGHT = "tight"
    """As the crowd's, but all of these servers are on one node."""

    @property
    def number(self) -> int:
        """A digit that tells this kind's servers from the others'."""
        return list(Account).index(self)

    @property
    def households(self) -> int:
        """How many panel accounts there are of this kind."""
        return 1 if self in (Account.GREAT, Account.BROAD, Account.ADMIN) else HOUSEHOLDS


@dataclass(frozen=True, slots=True)
class Person:
    """One of many people; people of the same kind differ by their number."""

    number: int
    account: Account = Account.CROWD

    @property
    def user_id(self) -> int:
        """The person on Discord."""
        return _FIRST_ID + self.account.number * 100_000_000 + self.number

    @property
    def key(self) -> str:
        """The person's own panel key."""
        return key(self.account, self.number)

    @property
    def server(self) -> str:
        """The identifier of the person's first server."""
        return _identifier(self.account, self.number % HOUSEHOLDS)

    @staticmethod
    def name_of(which: int) -> str:
        """Return the name of one of the servers of an account that has many."""
        return _name(which % MANY)

    def allocation(self, which: int) -> int:
        """Return the id of the first or the second allocation of the person's server."""
        return _first_row(self.account, self.number % HOUSEHOLDS) + which


def key(account: Account, number: int) -> str:
    """Return a key of the panel's form; its last digits are the person, the panel looks at the first only."""
    return f"ptlc_{account}{number % account.households:06d}{number:032d}"


def shared_key(token: str) -> str:
    """Return the key that the panel knows for any person's key."""
    return f"{token[:16]}{int(token[10:16]):032d}"


def _identifier(account: Account, number: int) -> str:
    return f"{account.number:x}{number:07x}"


def _name(number: int) -> str:
    return f"Survival {number}"


def _first_row(account: Account, number: int) -> int:
    return (account.number + 1) * ROWS_PER_ACCOUNT + number * 10


@dataclass
class IndexedState(PanelState):
    """Finds keys and servers in the same time wherever they stand, as a database does: that is not what is measured."""

    _keys: dict[str, ApiKey] = field(init=False, repr=False, compare=False, default_factory=dict)
    _servers: dict[str, Server] = field(init=False, repr=False, compare=False, default_factory=dict)

    def find_key(self, identifier: str, engine: Engine) -> ApiKey | None:
        """Look a key up by its identifier; a revoked one is gone."""
        if identifier not in self._keys:
            self._keys = {key.identifier: key for key in self.keys}
        found = self._keys.get(identifier)
        return None if found is None or found.revoked else found

    def find_server(self, identifier: str, engine: Engine = Engine.MARIADB) -> Server | None:
        """Look a server up by its short or full uuid."""
        if identifier not in self._servers:
            self._servers = {name: one for one in self.servers.values() for name in (one.identifier, one.uuid)}
        return self._servers.get(identifier)


def bench_world() -> PanelState:
    """Build the panel anew, with a range of ports to create from and no limit on requests."""
    state = IndexedState(range_start=30_000, range_end=30_200, requests_per_minute=10**9)
    state.add_key(state.add_user("admin", admin=True), key(Account.ADMIN, 0))
    shared = state.add_node("shared")
    for account in (Account.CROWD, Account.TARDY, Account.TIGHT):
        for number in range(HOUSEHOLDS):
            # Creations on one node take turns: apart from what measures just that, each server has a node of its own.
            node = shared if account is Account.TIGHT else state.add_node(f"{account}{number}")
            owner = state.add_user(f"{account}{number}")
            _add_server(state, owner, account, number, node=node, ports=(25565, 25566))
            state.add_key(owner, key(account, number))
    great = state.add_user("great")
    for number in range(MANY):
        _add_server(state, great, Account.GREAT, number, node=shared, ports=(25565,))
    state.add_key(great, key(Account.GREAT, 0))
    broad = state.add_user("broad")
    _add_server(state, broad, Account.BROAD, 0, node=shared, ports=tuple(range(25_000, 25_000 + MANY)))
    state.add_key(broad, key(Account.BROAD, 0))
    return state


def _add_server(
    state: PanelState, owner: User, account: Account, number: int, *, node: Node, ports: tuple[int, ...]
) -> None:
    first, ip = _first_row(account, number), f"10.{account.number}.{number // 250}.{number % 250 + 1}"
    identifier, name = _identifier(account, number), _name(number)
    notes = dict.fromkeys(ports[1:], "lobby")
    state.add_server(
        owner,
        name,
        identifier=identifier,
        limit=10_000,
        node=node,
        ip=ip,
        ports=ports,
        notes=notes,
        free_ports=(),
        first_allocation_id=first,
    )
