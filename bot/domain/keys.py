"""A panel account's API keys: what the panel tells of them, and the addresses one may be locked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from bot.domain.models import ApiKey

Address = IPv4Address | IPv6Address
Allowed = Address | IPv4Network | IPv6Network
"""What a key can be locked to; as these and not as text, so that nothing else can be sent."""


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A client API key of an account, as its list shows it: without the secret."""

    identifier: str
    """Its first 16 characters, by which the panel knows it."""
    description: str
    allowed_ips: tuple[str, ...]
    """As somebody wrote them; none is from everywhere."""
    last_used_at: datetime | None
    """To the second, refused uses included."""
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A client API key that the panel has just made; the only time that it is told whole."""

    key: ApiKey
    description: str
    allowed_ips: tuple[str, ...]
    """What the panel says that it is locked to."""

    @property
    def identifier(self) -> str:
        """Its first 16 characters, by which the panel knows it."""
        return self.key.identifier
