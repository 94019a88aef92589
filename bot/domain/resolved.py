"""Where a name leads, as DNS tells it, and what that means for a server's primary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address, ip_network

from bot.domain.hostnames import JoinName, ip_in
from bot.domain.models import Allocation
from bot.domain.srv import GAMES, MINECRAFT, Game

Address = IPv4Address | IPv6Address
_INNER = tuple(
    ip_network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "::/128", "::1/128", "fc00::/7", "fe80::/10"),
    )
)
"""Networks in which an address means something to the machines there only."""


def is_inner(address: Address) -> bool:
    """Tell whether an address means nothing to players elsewhere, so that it cannot be compared, nor is to be shown."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any((mapped or address) in net for net in _INNER)


@dataclass(frozen=True, slots=True)
class Target:
    """One service record: where a game's client connects that asked for it."""

    record: str
    """What stands before the name, as `_minecraft._tcp`."""
    host: str
    """Where it leads; empty for the record that says that there is no such service."""
    port: int
    priority: int
    weight: int
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """What DNS says of a name."""

    addresses: tuple[Address, ...] = ()
    targets: tuple[Target, ...] = ()
    """Those that clients try first."""
    records: int = 0
    """How many service records there are in all."""
    trouble: str = ""
    """Why it could not be looked up, after "because"; then nothing else is said."""


class Leads(Enum):
    """What a name means for a server."""

    UNKNOWN = auto()
    """It could not be looked up."""
    NOWHERE = auto()
    """DNS has no address for it."""
    TO_NO_SERVICE = auto()
    """Its service record says that there is none."""
    BY_RECORD = auto()
    """A service record leads to the primary: no port is needed."""
    TO_OLD_PORT = auto()
    """The service record leads to the server, and to another port than the primary's."""
    PARTLY = auto()
    """Some of its service records lead to the primary, and others do not."""
    BY_DEFAULT = auto()
    """The address is right, and the primary has the game's own port: no port is needed."""
    WITH_PORT = auto()
    """The address is right, and so is the port that players type after the name."""
    PORT_MISSING = auto()
    """The address is right, and players have to type the port, which the name does not hold."""
    TO_OTHER_PORT = auto()
    """The address is right, and players type a port that is not the primary's."""
    ELSEWHERE = auto()
    """It leads to another address than the server's."""
    INNER = auto()
    """It cannot be compared: the address that the panel tells, or the one the name leads to, is of an inner network."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a name means for a server's primary, and what it was found by."""

    leads: Leads
    name: JoinName
    primary: Allocation
    trouble: str = ""
    target: Target | None = None
    """The service record in question."""
    address: Address | None = None
    """Where the name leads instead."""
    records: int = 0
    to_set: tuple[str, ...] = ()
    """The records that would make it right, as a zone file has them."""


def records_for(name: JoinName, game: Game | None) -> tuple[str, ...]:
    """Return what is to be asked for before a name; nothing where players type a port, for then no client asks."""
    if name.port is not None:
        return ()
    return (game.record,) if game else tuple(one.record for one in GAMES)


def judged(name: JoinName, primary: Allocation, game: Game | None, resolved: Resolved) -> Finding:
    """Return what DNS's answer means for a server with this primary."""
    if resolved.trouble:
        return Finding(Leads.UNKNOWN, name, primary, resolved.trouble)
    ours = _addresses_of(primary)
    if resolved.targets and name.port is None:
        return _by_record(name, primary, ours, resolved)
    if not resolved.addresses:
        return Finding(Leads.NOWHERE, name, primary, to_set=_all_to_set(name, primary, game))
    leads = _place(resolved.addresses, ours)
    if leads is not None:
        return Finding(leads, name, primary, address=_shown(resolved.addresses))
    return _by_address(name, primary, game)


def _by_record(name: JoinName, primary: Allocation, ours: tuple[Address, ...], resolved: Resolved) -> Finding:
    targets = [target for target in resolved.targets if target.host]
    if not targets:
        only = resolved.targets[0]
        return Finding(
            Leads.TO_NO_SERVICE,
            name,
            primary,
            target=only,
            records=resolved.records,
            to_set=(_record(only.record, name, primary.port, name.host),),
        )
    seen = [(_of_target(target, primary, ours), target) for target in targets]
    right = [target for leads, target in seen if leads is Leads.BY_RECORD]
    wrong = [(leads, target) for leads, target in seen if leads is not Leads.BY_RECORD]
    if not wrong:
        return Finding(Leads.BY_RECORD, name, primary, target=right[0], records=resolved.records)
    leads, target = wrong[0]
    same = [one for one in right if one.record == target.record]
    if same:
        leads = Leads.PARTLY
    elif right:
        # Of another game's clients: this server's own find it.
        return Finding(Leads.BY_RECORD, name, primary, target=right[0], records=resolved.records)
    host = target.host if target.addresses and leads in (Leads.TO_OLD_PORT, Leads.PARTLY) else name.host
    return Finding(
        leads,
        name,
        primary,
        target=target,
        address=_shown(target.addresses),
        records=resolved.records,
        to_set=(_record(target.record, name, primary.port, host),),
    )


def _of_target(target: Target, primary: Allocation, ours: tuple[Address, ...]) -> Leads:
    if not target.addresses:
        return Leads.NOWHERE
    place = _place(target.addresses, ours)
    if place is not None:
        return place
    return Leads.BY_RECORD if target.port == primary.port else Leads.TO_OLD_PORT


def _by_address(name: JoinName, primary: Allocation, game: Game | None) -> Finding:
    if name.port is not None:
        return Finding(Leads.WITH_PORT if name.port == primary.port else Leads.TO_OTHER_PORT, name, primary)
    usual = game or MINECRAFT
    if primary.port == usual.port:
        return Finding(Leads.BY_DEFAULT, name, primary)
    return Finding(Leads.PORT_MISSING, name, primary, to_set=(_record(usual.record, name, primary.port, name.host),))


def _place(addresses: Sequence[Address], ours: tuple[Address, ...]) -> Leads | None:
    """Return what is wrong with where addresses lead; None where one of them is the server's."""
    if any(address in ours for address in addresses):
        return None
    if all(is_inner(address) for address in ours) or all(is_inner(address) for address in addresses):
        return Leads.INNER
    return Leads.ELSEWHERE


def _shown(addresses: Sequence[Address]) -> Address | None:
    """Return the first address that may be shown: one of an inner network is nobody's business."""
    return next((address for address in addresses if not is_inner(address)), None)


def _addresses_of(primary: Allocation) -> tuple[Address, ...]:
    """Return the addresses at which the panel says that the primary is: its IP, and its alias where that is one."""
    hosts = [primary.ip, *([primary.other.host] if primary.other else [])]
    return tuple(address for host in hosts if (address := ip_in(host)) is not None)


def _all_to_set(name: JoinName, primary: Allocation, game: Game | None) -> tuple[str, ...]:
    ours = [address for address in _addresses_of(primary) if not is_inner(address)]
    if not ours:
        return ()
    made = [f"{name.host} {'A' if ours[0].version == 4 else 'AAAA'} {ours[0]}"]
    usual = game or MINECRAFT
    if name.port is None and primary.port != usual.port:
        made.append(_record(usual.record, name, primary.port, name.host))
    return tuple(made)


def _record(record: str, name: JoinName, port: int, host: str) -> str:
    return f"{record}.{name.host} SRV 0 5 {port} {host}"
