"""The composition root: settings, store, panel, services, client; opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from discord.utils import utcnow

from bot.chores import keep_claims, keep_retention, keep_tidy, kept_up, learn_flavour, watch_shards
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
from bot.cogs.notes import Notes
from bot.cogs.picking import Picking
from bot.cogs.power import Power
from bot.cogs.redraw import Redrawing
from bot.cogs.search import Search
from bot.cogs.servers import Servers
from bot.cogs.several import Several
from bot.cogs.share import Share
from bot.cogs.which_server import WhichServer
from bot.domain.pasted import PanelHosts
from bot.front.client import Bot
from bot.front.connection import stay_connected
from bot.net.bounded import Connector
from bot.net.lookups import open_resolver
from bot.observer import UNOBSERVED, Observer
from bot.operator.health import beat
from bot.operator.nearby import answer
from bot.operator.readiness import name_by, says_it_is_cut_off
from bot.operator.rotate import STARTED_WITH
from bot.operator.start import StartFailed
from bot.services.bundle import Services
from bot.settings import Settings
from bot.store.address import file_of, is_postgres
from bot.store.database import open_database
from bot.store.intents import IntentStore
from bot.store.links import LinkStore
from bot.store.lock import only_bot_on
from bot.store.memory import Memory
from bot.store.names import opened_names
from bot.store.plans import PlanStore
from bot.store.record import RecordStore
from bot.watch.service import keep_told
from bot.watch.watching import ALIVE, open_numbers, watching
from bot.wiring.fleet import fleet_of
from bot.wiring.games import open_games
from bot.wiring.keys import fitting_vault, read_present_keys
from bot.wiring.panel import OpenPanel, panel_client, panel_session
from bot.wiring.site import opened_flavour

log = logging.getLogger(__name__)
_COGS = (
    *(Account, Keys, Servers, Allocations, Picking, WhichServer, Joining),
    *(Manage, Several, Finding, Copying, Share, Notes, History),
    *(Everyone, Search, Power, Check, Help, Redrawing, Again),
)


@asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    open_panel: OpenPanel | None = None,
    way: Connector | None = None,
    numbers: Observer | None = None,
) -> AsyncIterator[Bot]:
    """Yield the bot with everything it needs, not yet connected; close the panel session and the database after.

    `open_panel` is for a panel that is not where it says it is, `way` leads to games that are not either, and `numbers`
    take note of what is done.
    Raises StoreError with one line if the database or the encryption key cannot be used.
    """
    read_present_keys(settings)
    database, observer = await open_database(settings.database_url), numbers or UNOBSERVED
    if numbers is not None:
        database.tell(numbers)
    try:
        vault = await fitting_vault(settings, database)
        async with panel_session(settings) as session, fleet_of(settings, vault, observer) as together:
            fleet, starts, by_the_way = together
            names = await opened_names(database, panel=settings.panel_origin)
            panel = open_panel(session) if open_panel else panel_client(session, settings, observer)
            panel.completed, panel.settled = names.completed, names.settled
            links = LinkStore(database, vault, panel=settings.panel_origin, by_the_way=by_the_way)
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
            bot = Bot(
                services,
                memory,
                flavour=await opened_flavour(settings, links, memory, panel),
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


async def run(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT, then finish what is in flight and close in order.

    Raises StoreError, StartRefused, StartFailed or DatabaseFailed, each with one line for the operator.
    """
    read_present_keys(settings)
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
            name=name_by(settings),
            running=lambda: bot.services.several.under_way,
            waiting=lambda: bot.services.several.waiting,
            links=bot.services.accounts.linked_people,
            writes=lambda: bot.memory.remember(ALIVE, time.time()),
            waits=lambda: _has_the_place(bot, settings),
        ),
    ):
        # What is there now stays; the collector need not look through it again and again.
        gc.freeze()
        told = asyncio.create_task(_signal_to_stop().wait(), name="told to stop")
        connected = asyncio.create_task(stay_connected(bot, settings), name="connection")
        chores = [
            asyncio.create_task(kept_up(name, chore, on_bug=bot.observer.bug), name=name)
            for name, chore in _chores(bot, settings).items()
        ]
        if settings.shards is not None:
            log.info("Carries %s", settings.shards)
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


def _chores(bot: Bot, settings: Settings) -> dict[str, Callable[[], Awaitable[None]]]:
    """Return by name what a running bot does by itself."""
    return {
        "heartbeat": partial(_tell_health, bot, settings),
        "service manager": partial(keep_told, lambda: bot.is_whole, lambda: bot.connected),
        "retention": partial(keep_retention, bot.services.history),
        "claims": partial(keep_claims, bot.services.fleet.claims),
        "tidying": partial(keep_tidy, bot.services.keyring),
        "flavour": partial(learn_flavour, bot.flavour),
        "shards": partial(watch_shards, bot.services.fleet.carrying, settings.shards),
    }


async def _has_the_place(bot: Bot, settings: Settings) -> bool:
    """Tell whether METRICS' place is the one's from which this process takes over.

    What carries other shards does not make room: that two have one place is a mistake then. One that is cut off from
    the database cannot be seen there, and is asked at the place; on a SQLite file there is no other.
    """
    if await bot.services.fleet.carrying.by_another(bot.shard_ids or [0]):
        return True
    place = settings.metrics_place
    if place is None or not is_postgres(settings.database_url):
        return False
    return await asyncio.to_thread(says_it_is_cut_off, *place, name_by(settings))


async def _tell_health(bot: Bot, settings: Settings) -> None:
    """Let `python -m bot health` know whether the bot is connected, until cancelled."""
    url = settings.database_url
    if is_postgres(url):
        await answer(lambda: bot.connected, lambda: bot.is_whole, name_by(settings))
    else:
        await beat(lambda: bot.connected, file_of(url))


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
