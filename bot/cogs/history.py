"""`/allocations history` and its components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.cogs.outcome import looking, show_change
from bot.domain.lookup import as_identifier
from bot.front.router import Press
from bot.services.history import HistoryService
from bot.ui import history as screens
from bot.ui.respond import Reply

if TYPE_CHECKING:
    from bot.front.client import Bot


async def show_history(
    reply: Reply, history: HistoryService, user_id: int, *, server: str | None, page: int = 0
) -> None:
    """Show a page of the person's own changes, on one server or on all."""
    found = await history.page(user_id, server=server, number=page)
    await reply.show(screens.history(found, owner=user_id, server=server, days=history.days))


class History(commands.Cog):
    """Answers the components of the record of changes; the command itself is in the group of `allocations`.

    Somebody who unlinked has no record any more, and is told to link instead of that it is empty.
    """

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on("history.list", self.on_list)
        bot.router.on("history.pick", self.on_pick)
        bot.router.on("history.undo", self.on_undo)

    async def on_list(self, press: Press, reply: Reply) -> None:
        """Turn to another page."""
        await self._services.accounts.profile(press.user_id)
        server = as_identifier(press.id.text(0))
        await show_history(reply, self._services.history, press.user_id, server=server, page=press.id.number(1))

    async def on_pick(self, press: Press, reply: Reply) -> None:
        """Show the chosen change, with Undo or why not."""
        await self._services.accounts.profile(press.user_id)
        entry, off = await self._services.history.examine(press.user_id, press.chosen_number)
        page = press.id.number(1)
        await reply.show(screens.change(entry, off, owner=press.user_id, scope=press.id.text(0), page=page))

    async def on_undo(self, press: Press, reply: Reply) -> None:
        """Undo the change, after looking once more whether that still makes sense."""
        await self._services.accounts.profile(press.user_id)
        server = server_in(press, index=1)
        async with self._services.turns.once(str(press.id)):
            done = await self._services.history.undo(press.user_id, press.id.number(0), tell=looking(reply))
        await show_change(reply, self._services, done, user=press.user_id, server=server)
