"""The panel as people know it: its name, and the page on which they make a client API key."""

from __future__ import annotations

from dataclasses import dataclass

from yarl import URL

_PTERODACTYL_KEYS = "account/api"
_PTERODACTYL_ACCOUNT = "account"
_PELICAN_PREFIX = "pacc_"
_PELICAN_KEYS = "profile"
"""Where Pelican has its API keys, and what secures the account, on tabs of the profile."""


@dataclass(slots=True)
class PanelSite:
    """The configured panel's name and pages, for texts and link buttons; nothing is asked of it here."""

    address: str
    """Its base URL with a slash at the end."""
    keys_page_set: str | None = None
    """The page for client API keys, where the operator named one."""
    is_pelican: bool = False
    """Whether the panel is known to be a Pelican."""
    told_by_key: bool = False
    """Whether that is known by a key that only a Pelican gives."""

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

    @property
    def account_page(self) -> str:
        """The address of the page on which an account is secured with two-step verification."""
        return self.address + (_PELICAN_KEYS if self.is_pelican else _PTERODACTYL_ACCOUNT)

    def server_page(self, server: str) -> str:
        """Return the address of a server's page, by its identifier; the same on both panels."""
        return f"{self.address}server/{server}"

    @property
    def keys_place(self) -> str:
        """Where on the panel that page is, for whoever goes there by hand."""
        return "Profile, API Keys" if self.is_pelican else "Account, API Credentials (on Pelican Profile, API Keys)"

    def seen(self, masked_key: str) -> None:
        """Learn from a key that the panel took whether it is a Pelican; a key that came along tells nothing."""
        if masked_key.startswith(_PELICAN_PREFIX):
            self.is_pelican = self.told_by_key = True

    def named_in(self, text: str) -> str:
        """Return a text with `{panel}` as the panel's name and `{keys}` as the place of its page for keys."""
        return text.replace("{panel}", self.name).replace("{keys}", self.keys_place)
