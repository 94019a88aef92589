"""The panel as people know it: its name, and the page on which they make a client API key."""

from __future__ import annotations

from dataclasses import dataclass

from yarl import URL

_PTERODACTYL_KEYS = "account/api"
_PELICAN_KEYS = "profile"
"""Where Pelican has its API keys, on a tab of the profile."""


@dataclass(slots=True)
class PanelSite:
    """The configured panel's name and pages, for texts and link buttons; nothing is asked of it here."""

    address: str
    """Its base URL with a slash at the end."""
    keys_page_set: str | None = None
    """The page for client API keys, where the operator named one."""
    is_pelican: bool = False
    """Whether the panel is known to be a Pelican."""

    @property
    def name(self) -> str:
        """What people call it: its host, with the port where that is not the usual one."""
        url = URL(self.address)
        host = url.host or self.address
        return host if url.is_default_port() else f"{host}:{url.port}"

    @property
    def keys_page(self) -> str:
        """The address of the page on which a client API key is made."""
        own = self.address + (_PELICAN_KEYS if self.is_pelican else _PTERODACTYL_KEYS)
        return self.keys_page_set or own
