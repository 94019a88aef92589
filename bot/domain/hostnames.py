"""Names that players type in the place of an address: read from what somebody typed, or from a panel's alias."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

import idna

from bot.errors import BotError
from bot.nextstep import NextStep

LONGEST_TYPED = 300
"""Characters of a text that may be a name: more than any name has."""
LONGEST_NAME = 253
_LONGEST_LABEL = 63
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
_WEB_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII | re.IGNORECASE)
"""As the last part of what would be a name: it is an IPv4 address in some other form then."""
_WITH_UNDERSCORES = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE
)
"""What no host name is, and DNS has and the clients of games look up all the same."""


class NotAHostName(BotError):
    """What was typed as the name that players type is no host name; the detail says why."""

    title = "That is not a name that players can type"
    advice = (
        "Give a name like `play.example.org`; add a port, as in `play.example.org:25577`, only where players have to "
        "type it. Nothing was changed."
    )
    next_step = NextStep.NAME


@dataclass(frozen=True, slots=True)
class JoinName:
    """A host name, as DNS knows it, and the port that players type after it; None where they type none."""

    host: str
    """In lower case and ASCII, without the dot at its end."""
    port: int | None = None

    @property
    def host_words(self) -> str:
        """The name as people write it, with letters of their own language."""
        if "xn--" not in self.host:
            return self.host
        try:
            return idna.decode(self.host)
        except idna.IDNAError:
            return self.host

    @property
    def text(self) -> str:
        """What players type."""
        return with_port(self.host_words, self.port)


def with_port(host: str, port: int | None) -> str:
    """Return a host with its port; IPv6 in brackets, where a port follows."""
    if port is None:
        return host
    # A colon is in every IPv6 address, and in no IPv4 address or name; what else has one is nothing to be bracketed.
    return f"[{host}]:{port}" if ":" in host and _address(host) is not None else f"{host}:{port}"


def read_name(text: str) -> JoinName:
    """Return the name that somebody typed, with or without a port; raise NotAHostName with the reason.

    What was typed is in no reason: it may be a key that was pasted into the wrong place.
    """
    typed = text.strip()
    if len(typed) > LONGEST_TYPED:
        raise NotAHostName(f"It has more than the {LONGEST_NAME} characters that a name may have.")
    if _WEB_ADDRESS.match(typed):
        raise NotAHostName("It is the address of a web page: leave out what stands before and after the name.")
    if ip_in(typed) is not None or ip_in(typed.rpartition(":")[0]) is not None:
        raise NotAHostName("It is an IP address, not a name. The server's own address is shown without it.")
    host, colon, port = typed.partition(":")
    if colon and ":" in port:
        raise NotAHostName("There is more than one colon in it.")
    return JoinName(_host(host), _port(port) if colon else None)


def _port(text: str) -> int:
    number = int(text) if _PORT.fullmatch(text) else 0
    if not 1 <= number <= 65535:
        raise NotAHostName("What follows the colon is not a port: that is a number from 1 to 65535.")
    return number


def _host(text: str) -> str:
    """Return a name as DNS knows it."""
    name = text.removesuffix(".")
    if not name:
        raise NotAHostName("There is no name in it.")
    if any(character.isspace() for character in name):
        raise NotAHostName("There is a space in it.")
    if "_" in name:
        raise NotAHostName("There is an underscore in it, which the name of a host cannot have.")
    try:
        host = idna.encode(name, uts46=True, std3_rules=True).decode("ascii").lower()
    except idna.IDNAError:
        raise NotAHostName(_why_not(name)) from None
    if len(host) > LONGEST_NAME:
        raise NotAHostName(f"It has more than the {LONGEST_NAME} characters that a name may have.")
    labels = host.split(".")
    if len(labels) < 2:
        raise NotAHostName("There is no dot in it, so it is not a name that is known everywhere.")
    if _NUMBER.fullmatch(labels[-1]):
        raise NotAHostName("Its last part is a number, and no name ends with one.")
    return host


def _why_not(name: str) -> str:
    labels = name.split(".")
    if len(name) > LONGEST_NAME:
        return f"It has more than the {LONGEST_NAME} characters that a name may have."
    if "" in labels:
        return "There is a dot at its start, or two dots follow each other."
    if any(len(label) > _LONGEST_LABEL for label in labels):
        return f"One of its parts between the dots has more than {_LONGEST_LABEL} characters."
    if any(label.startswith("-") or label.endswith("-") for label in labels):
        return "One of its parts begins or ends with a hyphen."
    return "There is a character in it that no name can have: letters, digits, hyphens and dots are allowed."


def ip_in(text: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a text is, be it in brackets; None for anything else."""
    bare = text.strip()
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    return _address(bare)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        # A zone, as in fe80::1%eth0, means something on one machine only.
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Alias:
    """What players type of an address's alias, as an administrator of a panel wrote it: a name or an IP, and a port."""

    host: str
    port: int | None = None
    """The one that it holds; None where it holds none, and the allocation's is typed after it."""
    name: JoinName | None = None
    """The host as a name, be it one with an underscore, which DNS knows too; None where it is an IP."""


def read_alias(alias: str) -> Alias | None:
    """Return an alias with its host and its port apart; None for a text that is no address, as `Lobby` or a web page's.

    Blanks around either and a dot at the name's end are nobody's intention. A port that is none makes it no address.
    """
    return _read_alias(alias) if len(alias) <= LONGEST_TYPED else None


@lru_cache(2000)
def _read_alias(alias: str) -> Alias | None:
    """Read an alias: those of one panel are few, and each is read for every line of a list."""
    whole = _host_of_alias(alias, None)
    if whole is not None or ":" not in alias:
        return whole
    host, _, port = alias.rpartition(":")
    number = int(port) if _PORT.fullmatch(port.strip()) else 0
    return _host_of_alias(host, number) if 1 <= number <= 65535 else None


def _host_of_alias(text: str, port: int | None) -> Alias | None:
    host = text.strip().removesuffix(".")
    address = ip_in(host)
    if address is not None:
        return Alias(str(address), port)
    try:
        # Any colon that is left would be of a second port.
        return None if ":" in host else Alias(host, port, JoinName(read_name(host).host, port))
    except NotAHostName:
        is_looked_up = _WITH_UNDERSCORES.fullmatch(host) and len(host) <= LONGEST_NAME
        return Alias(host, port, JoinName(host.lower(), port)) if is_looked_up else None
