"""The composition root: settings, store, panel, services, client; opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
from discord.utils import utcnow
from yarl import URL

from bot.chores import keep_claims, keep_retention, keep_tidy
from bot.cogs.account import Account
from bot.cogs.again import Again
from bot.cogs.allocations import Allocations
from bot.cogs.check import Check
from bot.cogs.copying import Copying
from bot.cogs.everyone import Everyone
from bot.cogs.finding import Finding
from bot.cogs.help import Help
from bot.cogs.history import History
from bot.cogs.joining import Joining
from bot.cogs.keys import Keys
from bot.cogs.manage import Manage
from bot.cogs.naming import Naming
from bot.cogs.notes import Notes
from bot.cogs.picking import Picking
from bot.cogs.power import Power
from bot.cogs.redraw import Redrawing
from bot.cogs.search import Search
from bot.cogs.servers import Servers
from bot.cogs.several import Several
from bot.cogs.share import Share
from bot.domain.pasted import PanelHosts
from bot.domain.site import PanelSite
from bot.front.client import Bot
from bot.front.connection import stay_connected
from bot.front.pace import Starts
from bot.net.bounded import Connector
from bot.net.guard import Guard, Place
from bot.net.lookups import open_resolver
from bot.observer import UNOBSERVED, Observer
from bot.operator.health import beat
from bot.operator.rotate import STARTED_WITH
from bot.operator.start import StartFailed, StartRefused
from bot.panel.client import PanelClient
from bot.panel.throttle import Throttle
from bot.panel.transport import Transport, open_session
from bot.services.bundle import Services
from bot.services.fleet import Fleet
from bot.services.ports import Games
from bot.settings import Settings
from bot.store.address import file_of, is_postgres
from bot.store.database import open_database
from bot.store.intents import IntentStore
from bot.store.keyfile import WatchedKeyFile, key_file, load_or_create, parse_keys, read_keys
from bot.store.links import LinkStore
from bot.store.lock import only_bot_on
from bot.store.memory import Memory
from bot.store.names import opened_names
from bot.store.plans import PlanStore
from bot.store.record import RecordStore
from bot.store.vault import Vault
from bot.watch.service import keep_told
from bot.watch.watching import ALIVE, open_numbers, watching

log = logging.getLogger(__name__)
_POSTGRESQL = 5432
"""The port of a database server where its address names none."""
_COGS = (
    *(Account, Keys, Servers, Allocations, Picking, Naming, Joining),
    *(Manage, Several, Finding, Copying, Share, Notes, History),
    *(Everyone, Search, Power, Check, Help, Redrawing, Again),
)


def open_vault(settings: Settings) -> Vault:
    """Return the vault with the keys of the setting, or of the file beside the database, which it then follows."""
    if settings.encryption_key is not None:
        return Vault(parse_keys(settings.encryption_key.get_secret_value()))
    path = key_file(settings.database_url)
    load_or_create(path)
    # In this order: a rotation in between is noticed by the watch, or is in what is read.
    watch = WatchedKeyFile(path)
    return Vault(read_keys(path), reload=watch)


def _read_present_keys(settings: Settings) -> None:
    """Raise KeyMaterialError for keys that cannot be used, before a database is made or changed for nothing."""
    if settings.encryption_key is not None:
        parse_keys(settings.encryption_key.get_secret_value())
    elif os.path.exists(path := key_file(settings.database_url)):
        read_keys(path)


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
    urls = [URL(text) for text in (settings.panel_url, settings.panel_key_url, settings.database_url) if text]
    named = [Place(url.host, url.port or _POSTGRESQL) for url in urls if url.host]
    return [*named, Place(*settings.metrics_place)] if settings.metrics_place else named


def _panel_session(settings: Settings) -> aiohttp.ClientSession:
    try:
        return open_session(settings.panel_ca_file)
    except (OSError, ssl.SSLError):
        raise StartRefused("PANEL_CA_FILE holds no certificates in PEM form") from None


def _panel(session: aiohttp.ClientSession, settings: Settings, observer: Observer) -> PanelClient:
    transport = Transport(session, URL(settings.panel_url), observer=observer)
    return PanelClient(transport, throttle=Throttle(observer=observer))


@asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    open_panel: Callable[[aiohttp.ClientSession], PanelClient] | None = None,
    way: Connector | None = None,
    numbers: Observer | None = None,
) -> AsyncIterator[Bot]:
    """Yield the bot with everything it needs, not yet connected; close the panel session and the database after.

    `open_panel` is for a panel that is not where it says it is, `way` leads to games that are not either, and `numbers`
    take note of what is done.
    Raises StoreError with one line if the database or the encryption key cannot be used.
    """
    _read_present_keys(settings)
    database, observer = await open_database(settings.database_url), numbers or UNOBSERVED
    if numbers is not None:
        database.tell(numbers)
    try:
        vault = open_vault(settings)
        async with _panel_session(settings) as session, _fleet_of(settings) as (fleet, starts):
            names = await opened_names(database, panel=settings.panel_origin)
            panel = open_panel(session) if open_panel else _panel(session, settings, observer)
            panel.completed = names.completed
            links = LinkStore(database, vault, panel=settings.panel_origin)
            services = Services.assemble(
                *(links, RecordStore(database)),
                IntentStore(database, vault, panel=settings.panel_origin),
                *(PlanStore(database), panel),
                names=names,
                now=utcnow,
                history_days=settings.history_days,
                share=settings.share,
                key_swap=settings.key_swap,
                key_allowed_ips=settings.key_allowed_ips,
                hosts=PanelHosts.of((settings.panel_url, settings.panel_key_url)),
                power=settings.power == "restart",
                games=open_games(settings, way),
                fleet=fleet,
                hide_ips=settings.hide_ips == "on",
                resolver=open_resolver(),
            )
            memory = Memory(database)
            await memory.remember(STARTED_WITH, vault.key_names if settings.encryption_key else [])
            site = PanelSite(settings.panel_url, settings.panel_key_url, is_pelican=await links.has_pelican_key())
            bot = Bot(
                services,
                memory,
                site=site,
                support_url=settings.support_url,
                privacy_url=settings.privacy_url,
                shards=settings.shards,
                starts=starts,
                observer=observer,
            )
            for cog in _COGS:
                await bot.add_cog(cog(bot))
            yield bot
    finally:
        await database.close()


@asynccontextmanager
async def _fleet_of(settings: Settings) -> AsyncIterator[tuple[Fleet, Starts | None]]:
    """Yield what the other processes are asked by, and who says when a session may be begun, where there can be any."""
    if not is_postgres(settings.database_url):
        yield Fleet(), None
        return
    # What it needs is there only with the extra `postgres`.
    from bot.store.postgres.fleet import PostgresFleet  # noqa: PLC0415

    ours = PostgresFleet(settings.database_url)
    fleet = Fleet(ours.claims, ours.marks, ours.exclusion, ours.exclusion, ours.news, ours.news.listen)
    try:
        yield fleet, ours.starts
    finally:
        await ours.close()


async def run(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT, then finish what is in flight and close in order.

    Raises StoreError, StartRefused, StartFailed or DatabaseFailed, each with one line for the operator.
    """
    _read_present_keys(settings)
    with only_bot_on(settings.database_url):
        await _run_alone(settings)


async def _run_alone(settings: Settings) -> None:
    place = settings.metrics_place
    numbers = open_numbers(place)
    async with (
        assembled(settings, numbers=numbers) as bot,
        bot,
        watching(
            *(place, numbers, bot),
            running=lambda: bot.services.several.under_way,
            links=bot.services.accounts.linked_people,
            writes=lambda: bot.memory.remember(ALIVE, time.time()),
        ),
    ):
        # What is there now stays; the collector need not look through it again and again.
        gc.freeze()
        told = asyncio.create_task(_signal_to_stop().wait(), name="told to stop")
        connected = asyncio.create_task(stay_connected(bot, settings), name="connection")
        chores = [
            asyncio.create_task(beat(lambda: bot.connected, file_of(settings.database_url)), name="heartbeat"),
            asyncio.create_task(keep_told(lambda: bot.connected), name="service manager"),
            asyncio.create_task(keep_retention(bot.services.history), name="retention"),
            asyncio.create_task(keep_claims(bot.services.fleet.claims), name="claims"),
            asyncio.create_task(keep_tidy(bot.services.keyring), name="tidying"),
        ]
        try:
            await asyncio.wait({told, connected}, return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                connected.result()
                raise StartFailed("the connection to Discord ended")
            await bot.stop()
        finally:
            for task in (told, connected, *chores):
                task.cancel()
            await asyncio.gather(told, connected, *chores, return_exceptions=True)


def _signal_to_stop() -> asyncio.Event:
    """Return what the first SIGTERM or SIGINT sets; the second ends the process at once."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()

    def on_signal() -> None:
        if stopping.is_set():
            log.warning("Told to stop twice: ending at once")
            os._exit(1)
        stopping.set()
        log.info("Stopping: finishing what is in flight")

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    return stopping
