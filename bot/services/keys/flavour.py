"""Which panel it is: found out before anybody has linked a key, so that the first visitor is sent to the right page."""

from __future__ import annotations

import logging
from typing import Protocol

from bot.domain.site import PanelSite
from bot.panel.errors import PanelError
from bot.services.together.remembering import Remembers

log = logging.getLogger(__name__)
REMEMBERED_AS = "panel"
"""Under this name the bot remembers which panel it has found where."""


class Signposted(Protocol):
    """The panel, as far as it shows without a key."""

    async def is_pelican(self) -> bool | None:
        """Tell whether it is a Pelican; None where it does not show."""


class Flavour:
    """Learns whether the panel is a Pelican, and remembers it for the next start."""

    def __init__(self, panel: Signposted, site: PanelSite, memory: Remembers) -> None:
        self._panel = panel
        self.site = site
        """The panel as people know it, which is told what is learnt."""
        self._memory = memory

    async def recall(self) -> None:
        """Take for known what an earlier start has found out of this panel."""
        known = await self._memory.recall(REMEMBERED_AS)
        if isinstance(known, dict) and known.get("at") == self.site.address:
            self.site.is_pelican = self.site.is_pelican or known.get("pelican") is True

    async def learn(self) -> bool:
        """Ask the panel, by one request without a key; False where it could not tell now and may later.

        A key that was linked, and whose form only a Pelican gives, has told already.
        """
        if self.site.told_by_key:
            return True
        try:
            pelican = await self._panel.is_pelican()
        except PanelError as problem:
            log.info("Which panel it is could not be found out yet: %s", type(problem).__name__)
            return False
        if pelican is None:
            log.info("Which panel it is does not show without a key: if it is a Pelican, set PANEL_KEY_URL")
            return True
        self.site.is_pelican = pelican or self.site.told_by_key
        log.info("The panel is a %s", "Pelican" if self.site.is_pelican else "Pterodactyl")
        await self._memory.remember(REMEMBERED_AS, {"at": self.site.address, "pelican": pelican})
        return True
