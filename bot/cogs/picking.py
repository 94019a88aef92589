"""Where several allocations fit what was typed: offering them, and going on with the chosen one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.drafts import editable
from bot.cogs.manage import server_in
from bot.cogs.outcome import looking, show_change
from bot.cogs.promoting import promote
from bot.domain.lookup import AmbiguousAllocation, UnseenAllocation
from bot.front.router import Press
from bot.ui.answer.respond import Reply
from bot.ui.parts import ids
from bot.ui.ports import port, which

if TYPE_CHECKING:
    from bot.front.client import Bot


async def _nothing_to_keep() -> str:
    return ids.NONE


@asynccontextmanager
async def offering(
    reply: Reply, verb: str, *, user: int, keep: Callable[[], Awaitable[str]] = _nothing_to_keep
) -> AsyncIterator[None]:
    """Ask if several allocations fit what the block looks for, or one that cannot be seen; the answer runs `verb`.

    `keep` keeps the text that waits for the answer, and returns the token that leads to it.
    """
    try:
        yield
    except AmbiguousAllocation as several:
        await reply.show(which.which_allocation(several, verb, await keep(), owner=user))
    except UnseenAllocation as unseen:
        await reply.show(which.unseen_allocation(unseen, verb, await keep(), owner=user))


class Picking(commands.Cog):
    """Goes on with a command whose allocation was chosen from those that fit."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on(which.PRIMARY, self.on_primary)
        bot.router.on(which.DELETE, self.on_delete)
        bot.router.on(which.NOTES, self.on_notes)

    async def on_primary(self, press: Press, reply: Reply) -> None:
        """Make the chosen allocation the primary."""
        await promote(reply, self._services, press.user_id, server_in(press), _meant(press))

    async def on_delete(self, press: Press, reply: Reply) -> None:
        """Ask before the chosen allocation is deleted."""
        found, row = await self._services.allocations.ask_delete(press.user_id, server_in(press), press.chosen_number)
        await reply.show(port.confirm_delete(found, row, owner=press.user_id))

    async def on_notes(self, press: Press, reply: Reply) -> None:
        """Save the notes that were given in the command for the chosen allocation."""
        user, server = press.user_id, server_in(press)
        text = reply.typed = await self._services.kept.of(user, press.id.text(1))
        allocation = _meant(press)
        async with editable(self._services, user, server, allocation, text):
            change = await self._services.allocations.set_notes(user, server, allocation, text, tell=looking(reply))
        await show_change(reply, self._services, change, user=user, server=server)


def _meant(press: Press) -> int:
    """Return the allocation chosen in the picker, or that the button is about."""
    return press.chosen_number if press.values else press.id.number(2)
