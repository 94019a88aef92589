"""What a server's activity log on the panel says: who did what, and what the log has of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.models import Allocation

PORTS = "server:allocation"
"""How the events of allocations begin."""
NOTED = f"{PORTS}.notes"
PROMOTED = f"{PORTS}.primary"
_WITH_TEXTS = frozenset({NOTED, "server:settings.rename"})
"""Events whose old and new text are what everybody on the server sees anyway; others hold commands, files, values."""


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One line of the log; whose key or tool it was the panel does not tell, only the account."""

    event: str
    address: str | None
    """The allocation as the panel wrote it: Pterodactyl IP:port without brackets, Pelican alias:port."""
    username: str | None
    """None where nobody did it, or the account is gone."""
    at: datetime
    """To the second."""
    is_api: bool
    """Whether it was done with an API key and not on the panel's page."""
    texts: tuple[str, str] | None = None
    """What a text was before and after, empty for none; None where the log has no such pair that may be shown."""

    def names(self, row: Allocation) -> bool:
        """Tell whether this line is about an address like this allocation's."""
        return self.address in row.spellings

    @property
    def spelled(self) -> str | None:
        """The address as it is written elsewhere, IPv6 in brackets: Pterodactyl's log leaves them out."""
        host, _, port = (self.address or "").rpartition(":")
        return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else self.address


def has_texts(event: str) -> bool:
    """Tell whether an event's old and new text may be shown."""
    return event in _WITH_TEXTS


@dataclass(frozen=True, slots=True)
class LoggedPage:
    """Some lines of the log, newest first, and how many there are in all."""

    lines: tuple[LoggedChange, ...]
    total: int
    drops_tags: bool = False
    """Whether the panel leaves out of its texts what stands in angle brackets, as Pelican does."""
