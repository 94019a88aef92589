"""The panel: the connections to it, and the client that asks it over them."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import aiohttp
from yarl import URL

from bot.observer import Observer
from bot.operator.start import StartRefused
from bot.panel.client import PanelClient
from bot.panel.throttle import Throttle
from bot.panel.transport import Transport, open_session
from bot.settings import Settings

OpenPanel = Callable[[aiohttp.ClientSession], PanelClient]
"""What makes the client of a panel that is not where it says it is."""


def panel_session(settings: Settings) -> aiohttp.ClientSession:
    """Return what connects to the panel; raise StartRefused for a file of certificates that holds none."""
    try:
        return open_session(settings.panel_ca_file)
    except (OSError, ssl.SSLError):
        raise StartRefused("PANEL_CA_FILE holds no certificates in PEM form") from None


def panel_client(session: aiohttp.ClientSession, settings: Settings, observer: Observer) -> PanelClient:
    """Return the client of the panel that the settings name."""
    transport = Transport(session, URL(settings.panel_url), observer=observer)
    return PanelClient(transport, throttle=Throttle(observer=observer))
