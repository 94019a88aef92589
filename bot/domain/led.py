"""Where addresses lead, of a name that DNS knows: which may be shown, and which are not the server's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network

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
class Beside:
    """Where some of those who find the name are led instead: an address that the panel does not tell of the server."""

    version: int
    """4 or 6: who connects over that."""
    address: Address | None
    """None where it is not to be shown, being of an inner network."""
    by_chance: bool
    """Whether an address of the server is among those of that kind too."""


def beside_in(led: Sequence[Address], ours: tuple[Address, ...]) -> tuple[Beside, ...]:
    """Return where else a name leads that leads to the server: for who connects over IPv4, and over IPv6."""
    found = []
    for version in (4, 6):
        of_it = [address for address in led if address.version == version]
        strange = [address for address in of_it if address not in ours]
        if strange:
            found.append(Beside(version, shown_of(strange), by_chance=len(strange) < len(of_it)))
    return tuple(found)


def shown_of(addresses: Sequence[Address]) -> Address | None:
    """Return the first address that may be shown: one of an inner network is nobody's business."""
    return next((address for address in addresses if not is_inner(address)), None)
