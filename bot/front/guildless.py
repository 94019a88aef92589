"""What discord.py keeps of the servers the bot is in: nothing, for interactions bring all that is needed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import discord
from cachetools import LRUCache
from discord.state import AutoShardedConnectionState

log = logging.getLogger(__name__)
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
_OF_READY: dict[str, Any] = {"shard": [0, 1]}
_OF_INTERACTION: dict[str, Any] = {"version": 1, "attachment_size_limit": 10 * 1024 * 1024}
"""What discord.py insists on although neither it nor the bot needs it."""


REMEMBERED = 200
"""Servers of which discord.py's object is kept, of those from which interactions came last."""


class UnreadableReady(discord.DiscordException):
    """What the gateway said first is not what Discord's says; the message is one line."""


class Guildless(AutoShardedConnectionState[Any]):
    """The connection's state without the list of servers in READY, of which discord.py makes 1.7 KB each.

    An event that cannot be read is left alone with a line in the log; in discord.py it would end the bot.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._lately: LRUCache[int, discord.Guild] = LRUCache(REMEMBERED)
        for name, parse in self.parsers.items():
            if name != "READY":
                self.parsers[name] = _forgiving(name, parse)

    def parse_ready(self, data: Any) -> None:
        """Take READY as if the bot were in no server; without the guilds intent none is announced later."""
        try:
            whole: Any = {**_OF_READY, **data, "guilds": []}
            super().parse_ready(whole)
        except _UNREADABLE as problem:
            raise UnreadableReady(
                f"Discord's gateway begins with what cannot be read ({type(problem).__name__}): if DISCORD_API_URL is "
                "set, look at what answers there"
            ) from None

    def _get_or_create_unavailable_guild(self, guild_id: int, *, data: Any = None) -> discord.Guild:
        """Return a stand-in for the server; making one for every interaction costs as much as reading the rest."""
        guild = self._lately.get(guild_id)
        if guild is None:
            guild = self._lately[guild_id] = super()._get_or_create_unavailable_guild(guild_id, data=data)
        return guild

    def parse_interaction_create(self, data: Any) -> None:
        """Take an interaction without what is optional in it, and without the components beside the pressed one."""
        whole: Any = {**_OF_INTERACTION, **data}
        if "message" in whole:
            whole["message"] = {**whole["message"], "components": []}
        super().parse_interaction_create(whole)


def _forgiving(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    def parsed(data: Any) -> None:
        try:
            parse(data)
        except _UNREADABLE as problem:
            log.warning("Discord sent %s in a form I cannot read, left alone: %s", name, type(problem).__name__)

    return parsed
