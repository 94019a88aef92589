"""IP addresses within texts that people wrote: told from what only looks like one, and taken out."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from bot.domain.hostnames import ip_in
from bot.domain.keytext import seen

HIDDEN = "…"
"""Stands in the place of an IP address that is not to be shown."""
_CARRYING = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Of what is reserved, what has somebody's IPv4 address within it."""
_MAY_BE_IP = re.compile(r"\[?[0-9A-Fa-f:.]*[.:][0-9A-Fa-f:.]+\]?")
_OCTET = r"(?:0x0*[0-9A-Fa-f]{1,2}|0+[0-7]{1,3}|0*(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]))"
_IPV4 = re.compile(rf"(?<![0-9])(?:{_OCTET}\.){{3}}{_OCTET}(?![0-9])(?::[0-9]+)?")
"""Of numbers as all programs read them: a zero before one is nothing to some, and a count by eight to others."""
_DOTS = str.maketrans("。｡", "..")
"""Which browsers and Discord read as dots of an address; other forms of a dot are of the same kind as digits' forms."""


def without_ips(text: str) -> str:
    """Return the text with every IP address hidden, in whatever digits, with whatever stands around it or unseen in it.

    A version of four numbers is hidden too: nothing tells it from an address.
    """
    plain = _as_read(text)
    hidden = _IPV4.sub(HIDDEN, _MAY_BE_IP.sub(lambda found: HIDDEN if _holds_ip(found[0]) else found[0], plain))
    return text if hidden == plain else hidden


def is_nobodys(host: IPv4Address | IPv6Address, written: str) -> bool:
    """Tell whether nobody can have an address: `a::b` is one by its form, in a range that was never given out."""
    if host.is_unspecified:
        return True
    if isinstance(host, IPv4Address) or "." in written or host.is_loopback or host.ipv4_mapped is not None:
        return False
    return host.is_reserved and not any(host in network for network in _CARRYING)


def _as_read(text: str) -> str:
    """Return a text in the digits and dots that it is read as, without what nobody sees."""
    plain = unicodedata.normalize("NFKC", seen(text)).translate(_DOTS)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)


def _holds_ip(text: str) -> bool:
    """Tell whether a run of digits, colons and dots is an IP address, with or without a port or a full stop behind."""
    bare = text.strip(".:")
    found = ((part, ip_in(part)) for part in (text, bare, bare.rpartition(":")[0]) if part)
    return any(host is not None and not is_nobodys(host, part) for part, host in found)
