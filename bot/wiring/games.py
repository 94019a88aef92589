"""The way to ask games whether they answer, where the bot may and can."""

from __future__ import annotations

import logging

from yarl import URL

from bot.net.bounded import Connector
from bot.net.guard import Guard, Place
from bot.services.ports import Games
from bot.settings import DISCORD_API, Settings
from bot.store.address import is_postgres

log = logging.getLogger(__name__)


def open_games(settings: Settings, way: Connector | None = None) -> Games | None:
    """Return the way to ask games whether they answer; None where that is off, or its extra is not installed."""
    if settings.check == "off":
        return None
    try:
        # Here, and not above: without the extra, or with CHECK=off, nothing of it is to be loaded.
        from bot.net.asking import Asker  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library == "bot":
            raise
        if "check" in settings.model_fields_set:
            log.warning("CHECK is on, but %s is missing: install the extra, pip install '.[check]'", library)
        return None
    return Asker(Guard(private=settings.check_private == "on", never=_own_places(settings)), way)


def _own_places(settings: Settings) -> list[Place]:
    """Return where the panel and what is the bot's own listen; a port of theirs is never that of a game."""
    between = None if settings.discord_api_url == DISCORD_API else settings.discord_api_url
    urls = [URL(text) for text in (settings.panel_url, settings.panel_key_url, between) if text]
    named = [Place(url.host, url.port) for url in urls if url.host and url.port]
    named += [Place(host, port) for host, port in _database_hosts(settings.database_url)]
    return [*named, Place(*settings.metrics_place)] if settings.metrics_place else named


def _database_hosts(url: str) -> list[tuple[str, int]]:
    if not is_postgres(url):
        return []
    # What it needs is there only with the extra `postgres`.
    from bot.store.postgres.address import hosts_of  # noqa: PLC0415

    return hosts_of(url)
