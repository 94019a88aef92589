"""The panel as people know it, with what is known at the start of which panel it is."""

from __future__ import annotations

from bot.domain.site import PanelSite
from bot.services.keys.flavour import Flavour, Signposted
from bot.services.together.remembering import Remembers
from bot.settings import Settings
from bot.store.links import LinkStore


async def opened_flavour(settings: Settings, links: LinkStore, memory: Remembers, panel: Signposted) -> Flavour:
    """Return what learns which panel it is, and knows what a linked key or an earlier start has told of that."""
    by_key = await links.has_pelican_key()
    site = PanelSite(settings.panel_url, settings.panel_key_url, is_pelican=by_key, told_by_key=by_key)
    flavour = Flavour(panel, site, memory)
    await flavour.recall()
    return flavour
