"""The floor: the smallest honest discord.py bot, against which everything is measured.

Sharded, without intents, with one slash command that makes one panel call and answers with one embed in one Discord
call. It keeps one key for everybody, stores nothing, checks nothing and does not know what an error is.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import aiohttp
import discord
from discord import app_commands


class Floor(discord.AutoShardedClient):
    """The client with its one command."""

    def __init__(self, session: aiohttp.ClientSession, panel: str) -> None:
        super().__init__(intents=discord.Intents.none(), allowed_mentions=discord.AllowedMentions.none())
        self.tree = app_commands.CommandTree(self)
        self._session = session
        self._panel = panel
        command: app_commands.Command[Any, ..., None] = app_commands.Command(
            name="list", description="Show a server's allocations", callback=self._list
        )
        self.tree.add_command(command)

    async def setup_hook(self) -> None:
        """Tell Discord of the command, on the first start only."""
        if "--sync" in sys.argv:
            await self.tree.sync()

    async def _list(self, interaction: discord.Interaction, server: str) -> None:
        async with self._session.get(f"{self._panel}api/client/servers/{server}") as response:
            found = (await response.json())["attributes"]
        rows = [row["attributes"] for row in found["relationships"]["allocations"]["data"]]
        lines = [f"{row['ip']}:{row['port']} {row['notes'] or ''}" for row in rows[:10]]
        embed = discord.Embed(title=found["name"], description="\n".join(lines))
        await interaction.response.send_message(embed=embed, ephemeral=True)


async def main() -> None:
    """Run until killed, with the bot's own environment variables and `PANEL_KEY`."""
    discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
    headers = {"Authorization": f"Bearer {os.environ['PANEL_KEY']}", "Accept": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        Floor(session, os.environ["PANEL_URL"]) as client,
    ):
        await client.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
