"""A key's list of addresses, read the way the panel's library reads it."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from bot.demo.panel import errors


class NotAnAddress(Exception):
    """What stands in a list is neither an address nor a range of them."""


def holds(entry: str, address: str) -> bool:
    """Whether an entry of a list lets an address in.

    The library compares the bytes one after another, whatever the family: so `0.0.0.0/0` lets IPv6 in as well.
    """
    first, last = span(entry)
    return first <= ip_address(address).packed <= last


def span(entry: str) -> tuple[bytes, bytes]:
    """Return the first and the last address of an entry; raise NotAnAddress, or fail at a prefix that is too long."""
    network, slash, prefix = entry.partition("/")
    if slash:
        return _network(network, prefix)
    if "*" in entry:
        return _packed(entry.replace("*", "0")), _packed(entry.replace("*", "255"))
    first, dash, last = entry.partition("-")
    return _packed(first), _packed(last if dash else first)


def _network(address: str, prefix: str) -> tuple[bytes, bytes]:
    packed = _packed(address)
    if not (prefix.isascii() and prefix.isdigit()):
        raise NotAnAddress
    if int(prefix) > len(packed) * 8:
        raise errors.unexpected("NetworkException")
    network = ip_network((packed, int(prefix)), strict=False)
    return network.network_address.packed, network.broadcast_address.packed


def _packed(text: str) -> bytes:
    try:
        return ip_address(text).packed
    except ValueError as error:
        raise NotAnAddress from error
