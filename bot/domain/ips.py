"""IP addresses within texts that people wrote: told from what only looks like one, and taken out.

Names of hosts that are made of their address are such texts too, as nip.io and sslip.io answer them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from bot.domain.hostnames import ip_in
from bot.domain.keytext import seen

HIDDEN = "…"
"""Stands in the place of an IP address that is not to be shown."""
_CARRYING = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Of what is reserved, what has somebody's IPv4 address within it."""
_MAY_BE_IP = re.compile(r"(?:\[|(?<![0-9A-Fa-f:.]))[0-9A-Fa-f:.]*[.:][0-9A-Fa-f:.]+\]?")
_OCTET = r"(?:0x0*[0-9A-Fa-f]{1,2}|0+[0-7]{1,3}|0*(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]))"
_IPV4 = re.compile(rf"(?<![0-9])(?:{_OCTET}\.){{3}}{_OCTET}(?![0-9])(?::[0-9]+)?")
"""Of numbers as all programs read them: a zero before one is nothing to some, and a count by eight to others."""
_WORD = re.compile(r"[\w.-]+")
_DASHED = re.compile(rf"(?<![0-9])(?:{_OCTET}[-_]){{3}}{_OCTET}(?![0-9])")
_HEX = re.compile(r"(?<![0-9a-z])(?:[0-9a-f]{8}|[0-9a-f]{32})(?![0-9a-z])")
_MOST_PARTS = 9
"""Of an IPv6 address between its colons: eight groups, or fewer and nothing at its start."""
_MADE_OF_IPS = (".nip.io", ".sslip.io")
"""What names end with of which eight figures by sixteen are an address; elsewhere they may be anything."""
_DOTS = str.maketrans("。｡", "..")
"""Which browsers and Discord read as dots of an address; other forms of a dot are of the same kind as digits' forms."""


def without_ips(text: str, own: Collection[IPv4Address | IPv6Address] = ()) -> str:
    """Return the text with every IP address hidden, in whatever digits, with whatever stands around it or unseen in it.

    A version of four numbers is hidden too: nothing tells it from an address. Of figures by sixteen without a sign
    between them those of `own` addresses are known.
    """
    plain = _as_read(text)
    hidden = _IPV4.sub(HIDDEN, _MAY_BE_IP.sub(lambda found: HIDDEN if _holds_ip(found[0]) else found[0], plain))
    hidden = _WORD.sub(lambda found: HIDDEN if _is_made_of_ip(found[0].lower(), own) else found[0], hidden)
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


def _is_made_of_ip(name: str, own: Collection[IPv4Address | IPv6Address]) -> bool:
    """Tell whether a word has an IP address within it as the names of hosts have one: `sky-203-0-113-7.example.org`."""
    if _DASHED.search(name) or any(_holds_dashed_ipv6(label) for label in name.split(".")):
        return True
    known = {f"{int(address):0{address.max_prefixlen // 4}x}" for address in own}
    return any(name.rstrip(".").endswith(_MADE_OF_IPS) or found in known for found in _HEX.findall(name))


def _holds_dashed_ipv6(label: str) -> bool:
    parts = label.split("-")
    ends = range(3, len(parts) + 1)
    runs = (":".join(parts[start:end]) for end in ends for start in range(max(end - _MOST_PARTS, 0), end - 2))
    return any((host := ip_in(run)) is not None and not is_nobodys(host, run) for run in runs)
