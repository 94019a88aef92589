"""The name that players type: its page, the form, clearing it, and its look-up after a change of the primary."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.cogs.which_server import server_meant, typed_text
from bot.errors import Outdated, TextForgotten
from bot.front.router import Press
from bot.services.address.joining import NameForgotten, Naming, OwnName
from bot.services.bundle import Services
from bot.ui.address import given, joining
from bot.ui.answer.respond import Reply
from bot.ui.ports.notices import Notice
from bot.ui.servers import which_server

if TYPE_CHECKING:
    from bot.front.client import Bot

PREFILL_WITHIN = 1.8
"""Seconds the panel gets to prefill the form; a form must be Discord's first answer, within 3."""


async def show_address(
    reply: Reply,
    services: Services,
    user: int,
    server: str,
    *,
    name: str | None = None,
    notice: Notice | None = None,
) -> None:
    """Show the page of the name that players type, after giving it if one was typed; an empty one clears it.

    What became of that stands above it, else the notice if there is one.
    """
    found = await (
        services.joining.view_or_own(user, server) if name is None else services.joining.give(user, server, name)
    )
    if isinstance(found, OwnName):
        gone = given.lost if name is None else given.let_go
        await reply.show(gone(found, owner=user))
        return
    now = found.server if isinstance(found, Naming) else found
    looked, told = await services.joining.looked(user, now), False
    if isinstance(found, Naming):
        notice, told = joining.of_naming(found, looked), not found.already
    looks_up = services.joining.looks_up
    await reply.show(joining.page(now, owner=user, looked=looked, looks_up=looks_up, notice=notice, told=told))


class Joining(commands.Cog):
    """Answers the components of the page."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on(joining.SHOW, self.on_show)
        bot.router.on(joining.FORM, self.on_form, opens_form=True)
        bot.router.on(joining.SUBMIT, self.on_submitted)
        bot.router.on(joining.CLEAR, self.on_clear)
        bot.router.on(given.LIST, self.on_list)
        bot.router.on(which_server.ADDRESS, self.on_server_chosen)
        bot.router.on(which_server.NAME, self.on_server_to_name_chosen)

    async def on_show(self, press: Press, reply: Reply) -> None:
        """Show the page, looked up anew but for what DNS said before and that still holds."""
        await show_address(reply, self._services, press.user_id, server_in(press))

    async def on_form(self, press: Press, reply: Reply) -> None:
        """Open the form with the name that somebody gave, for who sees the server; without it where that takes long."""
        server = server_in(press)
        try:
            async with asyncio.timeout(PREFILL_WITHIN):
                now = await self._services.allocations.view(press.user_id, server)
        except TimeoutError:
            earlier = self._services.directory.remembered(press.user_id, server)
            form = joining.name_form(server, owner=press.user_id, known=earlier, read=False)
        else:
            form = joining.name_form(server, owner=press.user_id, known=now)
        await reply.open_form(form)

    async def on_submitted(self, press: Press, reply: Reply) -> None:
        """Give the server the name of the form."""
        if joining.FIELD not in press.fields:
            raise Outdated
        await show_address(reply, self._services, press.user_id, server_in(press), name=press.fields[joining.FIELD])

    async def on_clear(self, press: Press, reply: Reply) -> None:
        """Clear the name."""
        await show_address(reply, self._services, press.user_id, server_in(press), name="")

    async def on_list(self, press: Press, reply: Reply) -> None:
        """Show the names that the person gave."""
        await self._services.accounts.stored(press.user_id)
        names = await self._services.joining.given_by(press.user_id)
        await reply.show(given.names_given(names, owner=press.user_id, page=press.id.number(0)))

    async def on_server_chosen(self, press: Press, reply: Reply) -> None:
        """Show the page of the server chosen from those that might be meant."""
        await show_address(reply, self._services, press.user_id, server_meant(press))

    async def on_server_to_name_chosen(self, press: Press, reply: Reply) -> None:
        """Give the chosen server the name of the command."""
        try:
            name = reply.typed = await typed_text(self._services, press)
        except TextForgotten:
            raise NameForgotten("I keep it for 15 minutes while you choose, and may lose it when I restart.") from None
        await show_address(reply, self._services, press.user_id, server_meant(press), name=name)
