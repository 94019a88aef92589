"""A server named by the address of its page on the panel, as it is copied from a browser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from yarl import URL

from bot.errors import UnknownServer

_IDENTIFIER = r"[0-9a-f]{8}(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?"
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_OF_A_SERVER = re.compile(rf"/?(?:[^?#]*/)?server/({_IDENTIFIER})(?:[/?#].*)?", re.IGNORECASE)
"""The path of a server's page, whatever stands before and behind it; the first group is the identifier or UUID."""


class ForeignAddress(UnknownServer):
    """An address was pasted that is of another site than the configured panel."""

    title = "That address leads to another site"
    advice = "Paste the address of the server's page on {panel}, or type the server's name."


class NoServersAddress(UnknownServer):
    """An address of the panel was pasted that is not of a server's page."""

    title = "That address does not lead to a server"
    advice = "Copy the address of the server's own page on {panel}, or type the server's name."


@dataclass(frozen=True, slots=True)
class PanelHosts:
    """The hosts under which the panel is known."""

    names: frozenset[str]

    @classmethod
    def of(cls, addresses: Iterable[str | None]) -> PanelHosts:
        """Return the hosts of some addresses of the panel."""
        return cls(frozenset(host for address in addresses if address and (host := _host(address))))

    def server_in(self, text: str) -> str | None:
        """Return the short identifier in a pasted address of a server's page; None for what is no address.

        Raises ForeignAddress or NoServersAddress.
        """
        pasted = text.strip().removeprefix("<").removesuffix(">").strip()
        scheme = _SCHEME.match(pasted)
        rest = pasted[scheme.end() :] if scheme else pasted
        before, slash, path = rest.partition("/")
        found = _OF_A_SERVER.fullmatch(f"/{path}") if slash else None
        if scheme is None and found is None:
            # A path without the slash at its head, or a name.
            found = _OF_A_SERVER.fullmatch(pasted)
            return found[1][:8].lower() if found and before.casefold() == "server" else None
        host = _host(f"https://{before}")
        if before and host not in self.names:
            raise ForeignAddress(
                "It leads to {subject}, and I work with {panel} only. Nothing was asked there.", subject=host or before
            )
        if found is None:
            raise NoServersAddress("It is an address on {panel}, but not the one of a server's page.")
        return found[1][:8].lower()


def _host(address: str) -> str | None:
    try:
        host = URL(address).raw_host
    except ValueError:
        return None
    return host.removesuffix(".").lower() if host else None
