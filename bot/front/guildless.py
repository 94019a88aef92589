"""What discord.py keeps of the servers the bot is in: nothing, for interactions bring all that is needed."""

from __future__ import annotations

from typing import Any

from discord.state import AutoShardedConnectionState


class Guildless(AutoShardedConnectionState[Any]):
    """The connection's state without the list of servers in READY, of which discord.py makes 1.7 KB each."""

    def parse_ready(self, data: Any) -> None:
        """Take READY as if the bot were in no server; without the guilds intent none is announced later."""
        data["guilds"].clear()
        super().parse_ready(data)
