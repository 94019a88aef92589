"""The way to the panel's page on which a client API key is made."""

from __future__ import annotations

from bot.domain.site import PanelSite
from bot.ui.screen import Item, link_button


def keys_page_button(site: PanelSite, *, label: str = "Create a key on {panel}") -> Item:
    """Return the button that opens the page; it calls the panel by its name."""
    return link_button(label.format(panel=site.name), site.keys_page)
