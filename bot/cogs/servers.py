"""`/servers`, the server picker, and the steps from there to a server's allocations."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.opening import open_server
from bot.domain.lookup import as_identifier
from bot.errors import Outdated
from bot.front.answering import answering
from bot.front.router import Press
from bot.ui.answer.respond import Reply
from bot.ui.ports import finding
from bot.ui.servers.others import of_only_one, others_list
from bot.ui.servers.servers import CREATE, OPEN, OTHERS, PICK, server_list

if TYPE_CHECKING:
    from bot.front.client import Bot

_PICKERS = {verb.replace(".", "-"): verb for verb in (PICK, CREATE, finding.PICK)}


class Servers(commands.Cog):
    """A person's servers."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on("servers.list", self.on_list)
        bot.router.on("servers.turn", self.on_turn)
        bot.router.on(OTHERS, self.on_others)
        bot.router.on(OPEN, self.on_open)
        bot.router.on(PICK, self.on_open)

    @app_commands.command()
    async def servers(self, interaction: discord.Interaction[Bot]) -> None:
        """Your servers with state, address and ports used; choose one to manage it."""
        user = interaction.user.id
        async with answering(interaction) as reply:
            # At the same time, for of a link from before the panel is asked whether it is an administrator's.
            listing, is_admin = await asyncio.gather(
                self._services.directory.listing(user, fresh=True), self._services.others.are_shown_to(user)
            )
            if (only := listing.only) is not None:
                await open_server(reply, self._services, user, only.identifier, beside_others=is_admin)
                return
            await reply.show(server_list(listing.servers, owner=user, unreadable=listing.unreadable, is_admin=is_admin))

    async def on_list(self, press: Press, reply: Reply) -> None:
        """Show the servers in place, or the only one; if they were just read, from memory and marked with their age."""
        listing = await self._services.directory.listing(press.user_id)
        is_admin = await self._services.others.are_shown_to(press.user_id)
        if (only := listing.only) is not None:
            await open_server(reply, self._services, press.user_id, only.identifier, beside_others=is_admin)
            return
        await reply.show(
            server_list(
                listing.servers,
                owner=press.user_id,
                page=press.id.number(0),
                unreadable=listing.unreadable,
                read_at=listing.read_at,
                is_admin=is_admin,
            )
        )

    async def on_others(self, press: Press, reply: Reply) -> None:
        """Show an administrator the servers of others in place; if just read, from memory and marked with their age."""
        listing = await self._services.others.listing(press.user_id)
        if (only := listing.only) is not None:
            await open_server(reply, self._services, press.user_id, only.identifier, notice=of_only_one())
            return
        await reply.show(others_list(listing, owner=press.user_id, page=press.id.number(0)))

    async def on_turn(self, press: Press, reply: Reply) -> None:
        """Turn to another page of a picker, which keeps its question and its order."""
        verb = _PICKERS.get(press.id.text(1))
        if verb is None:
            raise Outdated
        offered = await self._services.directory.choice(press.user_id)
        await reply.show(
            server_list(
                offered.servers,
                owner=press.user_id,
                page=press.id.number(0),
                verb=verb,
                args=press.id.args[2:],
                last_used=offered.last_used,
                unreadable=offered.unreadable,
                read_at=offered.read_at,
            )
        )

    async def on_open(self, press: Press, reply: Reply) -> None:
        """Open the chosen server's allocations in place of the list."""
        identifier = as_identifier(press.chosen)
        if identifier is None:
            raise Outdated
        await open_server(reply, self._services, press.user_id, identifier)
