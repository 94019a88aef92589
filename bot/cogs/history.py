"""`/allocations history` and its components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.cogs.outcome import looking, show_change
from bot.domain.lookup import as_identifier
from bot.front.router import Press
from bot.services.bundle import Services
from bot.ui.answer.respond import Reply
from bot.ui.history import history as screens
from bot.ui.parts.screen import on_top
from bot.ui.ports.notices import Notice

if TYPE_CHECKING:
    from bot.front.client import Bot


async def show_history(
    reply: Reply, services: Services, user_id: int, *, server: str | None, page: int = 0, notice: Notice | None = None
) -> None:
    """Show a page of the person's own changes, on one server or on all, below a notice if there is one."""
    found = await services.history.page(user_id, server=server, number=page)
    known = services.directory.remembered(user_id, server) if server else None
    name = known.name if known else None
    screen = screens.history(found, owner=user_id, server=server, name=name, days=services.history.days)
    await reply.show(on_top(screen, notice.text, notice.tone) if notice else screen)


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
        await show_history(reply, self._services, press.user_id, server=server, page=press.id.number(1))

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
