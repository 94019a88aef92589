"""What a server's activity log on the panel says about allocations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.models import Allocation


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

    def names(self, row: Allocation) -> bool:
        """Tell whether this line is about an address like this allocation's."""
        return self.address in (row.address, row.bare_address, f"{row.ip}:{row.port}")
