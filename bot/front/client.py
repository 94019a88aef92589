"""The Discord client: sharded, without privileged intents, answering interactions only."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from discord.state import AutoShardedConnectionState

from bot.front.guildless import Guildless
from bot.front.leaving import leave_in_order
from bot.front.pace import Pace, Starts
from bot.front.punctual import Punctual, clock, listening
from bot.front.receipts import keep_only_receipts
from bot.front.router import Router
from bot.front.sync import sync_if_changed
from bot.front.tree import Tree
from bot.front.work import Work
from bot.observer import UNOBSERVED, Observer
from bot.services.bundle import Services
from bot.services.keys.flavour import Flavour
from bot.services.together.remembering import Remembers
from bot.shards import Shards
from bot.ui.answer.latest import Latest
from bot.ui.keys.goingon import GoingOn

log = logging.getLogger(__name__)
DRAIN = 7.5
"""Seconds that work in flight gets to finish when the bot stops; with the two below under the 10 that Docker waits."""
HANDOVER = 20.0
"""The same where another process has taken over: nobody waits for this one, and a panel may take its 12 seconds."""
TELL = 1.0
"""Seconds to tell people of what did not finish."""
GOODBYE = 1.0
"""Seconds the gateway gets to answer that the bot leaves."""


class Bot(commands.AutoShardedBot):
    """Berth itself; holds the services, the router and the work in flight. Its cogs are added where it is built."""

    tree: Tree

    def __init__(
        self,
        services: Services,
        memory: Remembers,
        *,
        flavour: Flavour,
        support_url: str | None = None,
        privacy_url: str | None = None,
        observer: Observer = UNOBSERVED,
        shards: Shards | None = None,
        starts: Starts | None = None,
    ) -> None:
        self.punctual = Punctual()
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            # Interactions need no intent at all, and without guilds in the cache memory does not grow with them.
            intents=discord.Intents.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=30.0,
            http_trace=listening(self.punctual, now=clock),
            # Without the guilds intent none is ever announced, so there is nothing to wait for before READY counts.
            guild_ready_timeout=0.1,
            shard_count=shards.count if shards else None,
        )
        # Of those that discord.py carries where it is told none, all.
        self.shard_ids = list(shards.ids) if shards else None
        self.services = services
        self.observer = observer
        self.site = flavour.site
        self.flavour = flavour
        self.support_url = support_url
        self.privacy_url = privacy_url
        self.router = Router()
        self.work = Work(now=lambda: discord.utils.utcnow().timestamp(), on_bug=self._count_bug)
        self.latest = Latest(services.fleet.claims.later)
        self.going_on = GoingOn()
        self.mentions: dict[str, str] = {}
        self.pace = Pace(lambda: asyncio.get_running_loop().time(), starts=starts)
        self.memory = memory

    def _count_bug(self) -> None:
        self.observer.bug()

    def _get_state(self, **options: Any) -> AutoShardedConnectionState[Any]:
        return Guildless(dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options)

    async def setup_hook(self) -> None:
        """Tell Discord of the commands if they changed."""
        keep_only_receipts()
        self.mentions = await sync_if_changed(self.tree, self.memory)

    @property
    def shards_up(self) -> int:
        """How many shards are connected now."""
        return sum(not shard.is_closed() for shard in self.shards.values())

    @property
    def is_whole(self) -> bool:
        """Whether every shard is connected now; `is_ready` stays true when a connection is lost."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    @property
    def connected(self) -> bool:
        """Whether every shard is connected now, and other processes know: one that ends hands over to those it sees."""
        return self.is_whole and self.services.fleet.carrying.is_told(list(self.shards))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until a new session may be begun."""
        await self.pace.session(shard_id or 0)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Hand components and forms to the router; commands go their own way through the tree."""
        await self.router.dispatch(interaction)

    async def on_ready(self) -> None:
        """Log that Discord is reached, once other processes know it too; may happen again after a reconnect."""
        for shard in list(self.shards):
            await self.services.fleet.carrying.begin(shard)
        log.info("Ready as %s, %d shard(s)", self.user, len(self.shards) or 1)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Tell the other processes that this one carries a shard."""
        await self.services.fleet.carrying.begin(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Tell the other processes that this one carries a shard again."""
        await self.services.fleet.carrying.begin(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Tell the other processes that this one does not carry a shard now."""
        await self.services.fleet.carrying.end(shard_id)

    async def _hand_over(self) -> None:
        """Leave the gateway while everything it has sent by then is still taken."""
        log.info("Another process carries the same shards: handing over")
        self.work.handed_over = True
        self.pace.leave()
        await leave_in_order(
            [self._connection._get_websocket(shard_id=shard).socket for shard in self.shards], within=GOODBYE
        )

    async def stop(self) -> None:
        """Take no new work, finish what is in flight, tell of what does not finish in time, and leave Discord.

        Where another process carries the same shards, the gateway is left first, so that no press is refused.
        """
        began = time.monotonic()
        if await self.services.fleet.carrying.by_another(list(self.shards)):
            await self._hand_over()
            patience = HANDOVER
        else:
            # A database that says nothing has taken some of it.
            patience = DRAIN - (time.monotonic() - began)
        if not await self.work.drain(patience):
            log.warning("Some work was still under way after %.1f seconds: giving it up", patience)
            await self.work.interrupt(TELL)
        await self.close()

    async def close(self) -> None:
        """Leave Discord; hang up on a gateway that does not answer, for which discord.py would wait 30 seconds."""
        leaving = asyncio.ensure_future(super().close())
        _, waiting = await asyncio.wait({leaving}, timeout=GOODBYE)
        if waiting:
            log.info("The gateway does not answer: hanging up")
            await self.http.close()
        await leaving
