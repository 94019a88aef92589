"""Which addresses may be asked: the game's own, and nothing else that the bot's machine could reach."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from bot.domain.probe import Refusal

Address = IPv4Address | IPv6Address
Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""Returns the addresses of a name, in the order in which they are to be tried; raises OSError where it has none."""
_LABEL = r"[0-9A-Za-z_](?:[0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?")
_CARRIERS = tuple(
    IPv6Network(network)
    for network in (
        "::/96",  # IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 of a network's own
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
    )
)
"""What carries an IPv4 address within itself: the way there may end in a network that is not to be asked."""
_OF_THEIR_OWN = (IPv6Address("::"), IPv6Address("::1"))
"""Addresses among those of the carriers that carry nothing."""
_NO_SERVICE = 9
"""A port for asking which way a datagram would go; none is sent."""


class NotAsked(Exception):
    """An address is not to be asked; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Place:
    """A host and port of the bot's or the panel's own."""

    host: str
    port: int


async def look_up(name: str) -> Sequence[Address]:
    """Return the addresses of a name as this machine looks names up."""
    found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [ip_address(str(entry[4][0])) for entry in found]


class Guard:
    """Admits the address of a game; `private` lets those in that are not of the public internet."""

    def __init__(self, *, private: bool, never: Sequence[Place], resolve: Resolve = look_up) -> None:
        self._private = private
        self._never = tuple(never)
        self._resolve = resolve

    async def admit(self, host: str, port: int, *, until: float | None = None) -> Address:
        """Return the very address to connect to, looked up once; raise NotAsked for one that is not to be asked.

        What was not looked up `until` a moment of the loop's clock could not be.
        """
        address = _literal(host) or await self._first_of(host, until)
        refusal = self._refusal(address)
        if refusal is not None:
            raise NotAsked(refusal)
        for place in self._never:
            if place.port != port:
                continue
            try:
                async with asyncio.timeout_at(until):
                    ours = await self._is(place, address)
            except (OSError, UnicodeError) as unknown:
                raise NotAsked(Refusal.MAYBE_OURS) from unknown
            if ours:
                raise NotAsked(Refusal.OURS)
        return address

    def _refusal(self, address: Address) -> Refusal | None:
        if carries_another(address):
            return Refusal.CARRIES
        if leads_nowhere(address):
            return Refusal.NOWHERE
        return None if self._private or address.is_global else Refusal.NOT_PUBLIC

    async def _first_of(self, host: str, until: float | None) -> Address:
        if not _NAME.fullmatch(host):
            raise NotAsked(Refusal.UNKNOWN_NAME)
        try:
            async with asyncio.timeout_at(until):
                found = await self._resolve(host)
        except OSError:
            found = ()
        if not found:
            raise NotAsked(Refusal.UNKNOWN_NAME)
        return found[0]

    async def _is(self, place: Place, address: Address) -> bool:
        """Tell whether a place of ours is at this address; raise OSError or UnicodeError where it is not looked up."""
        literal = _literal(place.host)
        theirs = [literal] if literal else await self._resolve(place.host)
        if address in theirs:
            return True
        # This machine has many addresses, and what listens on one of them mostly listens on all.
        return is_this_machine(address) and any(other.is_unspecified or is_this_machine(other) for other in theirs)


def carries_another(address: Address) -> bool:
    """Tell whether an address carries an IPv4 address within itself."""
    return address not in _OF_THEIR_OWN and any(address in network for network in _CARRIERS)


def leads_nowhere(address: Address) -> bool:
    """Tell whether an address is that of no single machine."""
    if isinstance(address, IPv6Address) and (address.scope_id or address.is_site_local):
        return True
    if address.is_loopback:
        return False
    # Link-local holds what a cloud tells its machines alone, credentials among it.
    return address.is_multicast or address.is_unspecified or address.is_reserved or address.is_link_local


def is_this_machine(address: Address) -> bool:
    """Tell whether an address is one of this machine's own; nothing is sent for that."""
    if address.is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((str(address), _NO_SERVICE))
            return str(asking.getsockname()[0]) == str(address)
    except OSError:
        return False


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
