"""Taking the addresses of people, IP and e-mail, out of texts: a server's own are what its notes are about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from bot.domain.ips import is_nobodys
from bot.ui.parts.text import clean

Address = IPv4Address | IPv6Address
_BEFORE = 40
"""Characters before an address that are looked at for what it is."""
MASK = "(IP address)"
# Not within a word or a longer number, nor what a version goes on with: 1.20.4.1-SNAPSHOT, 1.20.4.1b, v1.20.4.1.
_CANDIDATE = re.compile(
    r"(?<![\w.:])(?P<bare>[0-9A-Fa-f:]*[0-9A-Fa-f]?[.:][0-9A-Fa-f.:]*[0-9A-Fa-f:])(?:%\w+)?(?![\w]|\.\w|[-_+][A-Za-z])"
)
_VERSION_OF = re.compile(
    r"\b(?:version|release|minecraft|mc|paper|spigot|purpur|forge|neoforge|fabric|velocity)[\s:=]+\Z", re.IGNORECASE
)
"""Before 1.20.4.1: alone it may be somebody's address, after such a word it is a version."""
# What is none is taken as a whole too: else a long word would be looked through again from each of its letters.
_EMAIL = re.compile(r"[^\s@]+(?P<at>(?<!<)@[^\s@]+|(?:\s+@\s*|\s*@\s+)[^\s@]+\.[^\W\d_]{2,})?")
"""Apart from the sign, only what a name of the internet follows: not "lobby @ 25565"."""


def hosts_in(addresses: Iterable[str]) -> frozenset[Address]:
    """Return the IP addresses among these, each with or without a port; names are left out."""
    found = (_read(text) for text in addresses)
    return frozenset(host for host, _ in found if host is not None)


def without_ip(text: str, *, but: Collection[Address] = ()) -> str:
    """Return the text with every IP address masked that is not one of `but`; its port stays."""

    def masked(match: re.Match[str]) -> str:
        host, port = _read(match["bare"])
        if host is None or host in but or is_nobodys(host, match["bare"]):
            return match[0]
        # A version has no port behind it, and begins with the 1 of every version of the game.
        is_version = (
            not port
            and match["bare"].startswith("1.")
            and _VERSION_OF.search(text, max(match.start() - _BEFORE, 0), match.start())
        )
        return match[0] if is_version else f"{MASK}{port}"

    return _CANDIDATE.sub(masked, text)


def without_email(text: str) -> str:
    """Return the text on one line, without any e-mail address."""
    return _EMAIL.sub(lambda found: "(e-mail address)" if found["at"] else found[0], clean(text))


def _read(text: str) -> tuple[Address | None, str]:
    """Return the address that a text is and its port with a colon; Pterodactyl writes IPv6 without brackets."""
    host, colon, port = text.rpartition(":")
    for found, rest in ((text, ""), (host, colon + port)):
        try:
            return ip_address(found.strip("[]")), rest if rest[1:].isdecimal() or not rest else ""
        except ValueError:
            continue
    return None, ""
