"""The real bot with a simulated Discord before it and a simulated panel behind it."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession
from simcord.env import Env
from yarl import URL

from bot.app import assembled
from bot.demo.panel import Flavour, PanelState, SimulatedPanel
from bot.demo.people import Person
from bot.domain.probe import Probe
from bot.domain.resolved import Resolved
from bot.front.client import Bot
from bot.front.punctual import Punctual
from bot.net.bounded import Connector
from bot.panel.client import PanelClient
from bot.panel.throttle import Throttle
from bot.panel.transport import Transport
from bot.services.ports import Games, Resolver
from bot.settings import GivenSettings, Settings

T = TypeVar("T")
TOKEN = "demo-token-that-opens-nothing-at-all"  # noqa: S105 - opens nothing


class _OneClock(Punctual):
    """Goes by the simulated Discord's clock alone: the machine's goes on while that one stands, or lets timers jump."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__()
        self._now = now

    def late(self, made: float, *, at: float) -> float:
        """Return how many seconds longer than the quickest an interaction was on its way, by Discord's clock."""
        return super().late(made, at=self._now())


def _outside(work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
    """Do something outside what the simulated Discord counts as the bot's own work, by the time of day.

    What comes over the network does not wait for the simulated clock.
    """
    return contextvars.Context().run(asyncio.ensure_future, work)


class _Outside:
    """Asks games by the time of day."""

    def __init__(self, games: Games) -> None:
        self._games = games

    async def ask(self, host: str, port: int) -> Probe:
        """Return what answers."""
        return await _outside(self._games.ask(host, port))


class _NamesOutside:
    """Asks DNS by the time of day."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def look_up(self, host: str, records: Sequence[str]) -> Resolved:
        """Return where a name leads."""
        return await _outside(self._resolver.look_up(host, records))


class Stage:
    """The bot, its surroundings, and the means to put people in front of it."""

    def __init__(self, panel: SimulatedPanel, folder: Path, stack: AsyncExitStack) -> None:
        self.panel = panel
        self._folder = folder
        self._stack = stack
        self._names: Resolver | None = None
        self.env: Env
        self.bot: Bot
        self.guild: Any
        self.channel: Any
        self.way: Connector | None = None
        """By which games are reached; None is the network itself."""

    @property
    def settings(self) -> Settings:
        """The settings the bot is built with; nothing of the machine's own."""
        return GivenSettings(
            discord_token=TOKEN,
            panel_url=self.panel.url,
            database_url=f"sqlite:///{self._folder / 'berth.db'}",
            encryption_key=None,
            privacy_url="https://support.example.com/privacy",
            support_url="https://support.example.com",
            shard_count=1,
        )

    async def build(self) -> Bot:
        """Return a bot as `python -m bot` builds it."""
        bot = assembled(self.settings, open_panel=self._open_panel, way=self.way)
        self.bot = await self._stack.enter_async_context(bot)
        self.bot.services.second_look.wait = self._wait
        # The DNS of this machine is nobody's business here.
        self.bot.services.joining.resolver = self._names
        self.bot.services.power.wait = self._wait
        self.bot.services.power.now = lambda: datetime.fromtimestamp(self.panel.now(), UTC)
        # The age of a process, which the panel tells, is compared with how long ago it was told to restart.
        self.bot.services.power.clock = self.panel.now
        probing = self.bot.services.checking.probing
        probing.now = self.bot.services.power.now
        probing.clock = lambda: self.env.backend.clock.now().timestamp()
        if probing.games is not None:
            probing.games = _Outside(probing.games)
        self.bot.services.several.wait = self._wait_or
        self.bot.services.several.clock = self.bot.services.several.elapsed = self.panel.now
        self.bot.punctual = _OneClock(lambda: self.env.backend.clock.now().timestamp())
        return self.bot

    def look_names_up_by(self, resolver: Resolver | None) -> None:
        """Have this bot and those after it ask this for names; None is as without the extra, and is so at first."""
        self._names = None if resolver is None else _NamesOutside(resolver)
        if hasattr(self, "bot"):
            self.bot.services.joining.resolver = self._names

    def _open_panel(self, session: ClientSession) -> PanelClient:
        """Return the client of the panel, which has a time of its own."""
        throttle = Throttle(now=self.panel.now, elapsed=self.panel.now)
        return PanelClient(Transport(session, URL(self.panel_at)), throttle=throttle)

    @property
    def panel_at(self) -> str:
        """Where the bot's requests to the panel go."""
        return self.settings.panel_url

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, on the panel and for the bot."""
        self.panel.advance(seconds)
        await self.env.advance_time(seconds)

    async def _wait(self, seconds: float) -> None:
        """Wait on the simulated clock, which does not hold up the actions that come meanwhile."""
        await self._wait_or(asyncio.Event(), seconds)

    async def _wait_or(self, event: asyncio.Event, seconds: float) -> None:
        """Wait on the simulated clock, or until something happens."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.env.external_wait(event.wait(), reason="the bot has nothing to do before then")

    async def restart(self) -> None:
        """Replace the bot by a new one on the same database, as a restart of the process does."""
        await self.env.restart_bot(await self.build())

    def person(self, name: str) -> Person:
        """Return a new member of the Discord server."""
        return Person(self.guild.add_member(self.env.create_user(name)), self.channel)


AnyStage = TypeVar("AnyStage", bound=Stage)


@asynccontextmanager
async def open_stage(
    state: PanelState, folder: Path, *, flavour: Flavour = Flavour.PTERODACTYL_1_12, kind: type[AnyStage]
) -> AsyncIterator[AnyStage]:
    """Yield a stage of this kind with the panel in this state; the database is a new file in the folder."""
    async with SimulatedPanel(state, flavour=flavour) as panel, AsyncExitStack() as stack:
        stage = kind(panel, folder, stack)
        bot = await stage.build()
        # Not `simcord.run`: it must end in the task it began in, which an async test fixture does not.
        stage.env = Env(bot)
        await stage.env.start()
        try:
            stage.guild = stage.env.create_guild("Harbour Community")
            stage.channel = stage.guild.create_text_channel("game-servers")
            yield stage
        finally:
            await stage.env.shutdown()
