"""Saying an address in a message of its own, from which it can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.errors import BotError
from bot.front.router import Press
from bot.nextstep import NextStep
from bot.panel.errors import AllocationNotFound
from bot.ui.answer.respond import Reply
from bot.ui.parts import ids
from bot.ui.ports.copying import COPY, address_to_copy

if TYPE_CHECKING:
    from bot.front.client import Bot


class NothingToCopy(BotError):
    """The server has no primary allocation, so there is no address that players type."""

    title = "There is no address to copy"
    advice = "Choose a port in the list and make it the primary, or copy the address on its own page."
    next_step = NextStep.ALLOCATIONS


class Copying(commands.Cog):
    """Answers Copy address, with the address as the panel has it then."""

    def __init__(self, bot: Bot) -> None:
        self._allocations = bot.services.allocations
        bot.router.on(COPY, self.on_copy)

    async def on_copy(self, press: Press, reply: Reply) -> None:
        """Say the address of the allocation, or of the primary, beside the message and to this person alone."""
        server = await self._allocations.view(press.user_id, server_in(press))
        if press.id.args[1:2] not in ((), (ids.NONE,)):
            row = server.allocation(press.id.number(1))
            if row is None:
                raise AllocationNotFound
        else:
            row = server.primary
            if row is None:
                raise NothingToCopy("This server has no primary port.")
        await reply.show(address_to_copy(server, row), fresh=True)
