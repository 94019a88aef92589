"""The composition root: settings, store, panel, services, client; opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
from discord.utils import utcnow
from sqlalchemy.exc import SQLAlchemyError
from yarl import URL

from bot.client import Bot
from bot.health import beat
from bot.panel.client import PanelClient
from bot.panel.transport import Transport, open_session
from bot.rotate import STARTED_WITH
from bot.services.bundle import Services
from bot.services.history import HistoryService
from bot.settings import DISCORD_API, Settings
from bot.store.database import open_database
from bot.store.keyfile import WatchedKeyFile, key_file, load_or_create, parse_keys
from bot.store.links import LinkStore
from bot.store.memory import Memory
from bot.store.record import RecordStore
from bot.store.vault import Vault

log = logging.getLogger(__name__)


class StartRefused(Exception):
    """The bot cannot start as configured; the message is one line that names the setting or the cause."""


class StartFailed(Exception):
    """The bot could not start for a reason that may pass; the message is one line."""


def open_vault(settings: Settings) -> Vault:
    """Return the vault with the keys of the setting, or of the file beside the database, which it then follows."""
    if settings.encryption_key is not None:
        return Vault(parse_keys(settings.encryption_key.get_secret_value()))
    path = key_file(settings.database_url)
    keys = load_or_create(path)
    return Vault(keys, reload=WatchedKeyFile(path))


def _panel_session(settings: Settings) -> aiohttp.ClientSession:
    try:
        return open_session(settings.panel_ca_file)
    except (OSError, ssl.SSLError):
        raise StartRefused("PANEL_CA_FILE holds no certificates in PEM form") from None


@asynccontextmanager
async def assembled(settings: Settings, *, shard_count: int | None = None) -> AsyncIterator[Bot]:
    """Yield the bot with everything it needs, not yet connected; close the panel session and the database after.

    Raises StoreError with one line if the database or the encryption key cannot be used.
    """
    engine = await open_database(settings.database_url)
    try:
        vault = open_vault(settings)
        async with _panel_session(settings) as session:
            panel = PanelClient(Transport(session, URL(settings.panel_url)))
            links = LinkStore(engine, vault, panel=settings.panel_origin)
            services = Services.assemble(
                links, RecordStore(engine), panel, now=utcnow, history_days=settings.history_days
            )
            memory = Memory(engine)
            await memory.remember(STARTED_WITH, vault.key_names if settings.encryption_key else None)
            yield Bot(services, memory, support_url=settings.support_url, shard_count=shard_count)
    finally:
        await engine.dispose()


def follow_discord_api(url: str) -> None:
    """Point discord.py's REST calls at this API; the gateway follows through `GET /gateway/bot`."""
    if url != DISCORD_API:
        discord.http.Route.BASE = url


async def run(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT, then finish what is in flight and close in order.

    Raises StoreError, StartRefused or StartFailed with one line for the operator.
    """
    follow_discord_api(settings.discord_api_url)
    async with assembled(settings) as bot, bot:
        stopping = _stop_on_signals(bot)
        chores = [
            asyncio.create_task(beat(bot.is_ready), name="heartbeat"),
            asyncio.create_task(_keep_retention(bot.services.history), name="retention"),
        ]
        try:
            await bot.login(settings.discord_token.get_secret_value())
            await bot.connect(reconnect=True)
        except discord.LoginFailure:
            raise StartRefused("Discord refused DISCORD_TOKEN; copy it again from the Developer Portal") from None
        except discord.PrivilegedIntentsRequired:
            raise StartRefused("Discord refuses the intents of this bot") from None
        except (OSError, discord.HTTPException, discord.GatewayNotFound) as problem:
            raise StartFailed(f"Discord cannot be reached: {type(problem).__name__}") from problem
        finally:
            for chore in chores:
                chore.cancel()
        if stopping.is_set():
            await bot.stop()


async def _keep_retention(history: HistoryService) -> None:
    """Delete what is on record for longer than configured, at start and every six hours."""
    while True:
        try:
            gone = await history.prune()
        except SQLAlchemyError:
            log.exception("Old changes could not be deleted from the record; trying again later")
        else:
            if gone:
                log.info("Deleted %d changes older than %d days from the record", gone, history.days)
        await asyncio.sleep(6 * 3600)


def _stop_on_signals(bot: Bot) -> asyncio.Event:
    """Stop on the first SIGTERM or SIGINT, end at once on the second."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    tasks: set[asyncio.Task[None]] = set()

    def on_signal() -> None:
        if stopping.is_set():
            log.warning("Told to stop twice: ending at once")
            os._exit(1)
        stopping.set()
        log.info("Stopping: finishing what is in flight")
        tasks.add(loop.create_task(bot.stop()))

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    return stopping
