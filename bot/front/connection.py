"""Staying connected to Discord: login, the gateway, every way to lose it, and the ends that no new try can mend."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
import discord
import discord.shard
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.front.client import Bot
from bot.front.guildless import UnreadableReady
from bot.front.pace import Pace
from bot.operator.start import StartFailed, StartRefused
from bot.operator.token import TOKEN_REFUSED, DiscordAway, NotDiscord, TokenRefused, owner_of_token
from bot.settings import DISCORD_API, Settings

log = logging.getLogger(__name__)
HANDSHAKE = 20.0
"""Seconds a connection to the gateway may take to be made; a network that swallows everything gives no sign."""
TELLS_EVERY = 60.0
"""Seconds between two lines about a gateway that cannot be reached."""
_UPDATE = "update the bot; if this is the newest version, tell its authors"
FOR_GOOD = {
    4004: TOKEN_REFUSED,
    4010: "Discord refuses the number of this shard (gateway code 4010): if DISCORD_API_URL is set, take it out, for "
    "what answers there tells another number than Discord has",
    4011: "the bot is in too many servers for as few shards as it was told to use (gateway code 4011): start it "
    "again, which asks anew; if DISCORD_API_URL is set, take it out",
    4012: f"Discord no longer speaks the gateway version of this bot (gateway code 4012): {_UPDATE}",
    4013: f"Discord knows no such intents as this bot asks for (gateway code 4013): {_UPDATE}",
    4014: "Discord does not allow the intents of this bot (gateway code 4014): it needs no privileged ones, so "
    f"DISCORD_TOKEN may be another bot's, or this version is changed; else {_UPDATE}",
}
"""The gateway's codes after which no new try can succeed, and what has to be changed."""


async def stay_connected(bot: Bot, settings: Settings) -> None:
    """Log in and stay connected until the bot is closed; raise StartRefused or StartFailed with one line."""
    try:
        await _log_in(bot, settings)
        await bot.connect(reconnect=True)
    except (discord.LoginFailure, TokenRefused):
        raise StartRefused(TOKEN_REFUSED) from None
    except discord.PrivilegedIntentsRequired:
        raise StartRefused(FOR_GOOD[4014]) from None
    except discord.ConnectionClosed as closed:
        if closed.code in FOR_GOOD:
            raise StartRefused(FOR_GOOD[closed.code]) from None
        raise StartFailed(f"Discord closed the connection for good, with code {closed.code}") from None
    except (NotDiscord, UnreadableReady) as problem:
        raise StartFailed(str(problem)) from None
    except (OSError, TimeoutError, aiohttp.ClientError) as problem:
        raise StartFailed(
            f"Discord cannot be reached: look at network, DNS and proxy ({type(problem).__name__})"
        ) from None
    except (discord.HTTPException, discord.RateLimited) as problem:
        raise StartFailed(f"Discord cannot be reached: {type(problem).__name__}") from None
    except discord.GatewayNotFound:
        raise StartFailed("Discord does not say where its gateway is") from None


async def _log_in(bot: Bot, settings: Settings) -> None:
    if settings.discord_api_url != DISCORD_API:
        discord.http.Route.BASE = settings.discord_api_url
    try:
        # discord.py takes whatever answers for Discord, and fails at it somewhere deep inside.
        await owner_of_token(settings)
    except DiscordAway as problem:
        log.info("%s; trying again", problem)
    await bot.login(settings.discord_token.get_secret_value())
    try:
        shards, gateway, sessions = await bot.http.get_bot_gateway()
        bot.pace.allow(
            total=sessions["total"],
            remaining=sessions["remaining"],
            resets_in=sessions["reset_after"] / 1000,
            shards=len(bot.shard_ids or ()) or bot.shard_count or shards,
            at_once=sessions.get("max_concurrency", 1),
        )
    except (TypeError, KeyError):
        raise NotDiscord(settings) from None
    bot.shard_count = bot.shard_count or shards
    # After an invalid session discord.py goes to a constant of its own, not to where the API told it first.
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
    _keep_pace(bot)
    if (seconds := bot.pace.wait()) > 0:
        log.warning("Discord has few new sessions left for this bot today: connecting in %.0f seconds", seconds)
        await asyncio.sleep(seconds)


def _keep_pace(bot: Bot) -> None:
    """Have discord.py try the gateway at our pace.

    Its own waits grow to 17 minutes where no connection is made, and are none at all where one is made and refused
    afterwards. It has no switch for either (seen in 2.7.1; `tests/process/test_relied_on.py` holds the names).
    """
    connect = bot.http.ws_connect
    told = float("-inf")

    async def at_our_pace(url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        nonlocal told
        while True:
            await bot.pace.turn()
            try:
                async with asyncio.timeout(HANDSHAKE):
                    return await connect(url, compress=compress)
            except (OSError, aiohttp.ClientError) as problem:
                now = asyncio.get_running_loop().time()
                if now - told >= TELLS_EVERY:
                    told = now
                    log.warning("Discord's gateway cannot be reached, trying on: %s", type(problem).__name__)

    http: Any = bot.http
    http.ws_connect = at_our_pace
    library: Any = discord.shard
    library.ExponentialBackoff = lambda: _Backoff(bot.pace)


class _Backoff:
    """In place of discord.py's own."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    def delay(self) -> float:
        """Return the seconds until the next try."""
        return self._pace.wait()
