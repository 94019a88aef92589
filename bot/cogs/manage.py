"""The components of the manage panel: lists, one allocation, and the changes made by button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.domain.lookup import as_identifier
from bot.domain.models import GameServer
from bot.errors import BotError, Outdated
from bot.front.router import Press
from bot.panel.errors import AllocationNotFound
from bot.services.allocations import AllocationService
from bot.services.changes import Change
from bot.ui import ids, manage
from bot.ui.notices import of_change
from bot.ui.paging import PER_PAGE
from bot.ui.respond import Reply

if TYPE_CHECKING:
    from bot.front.client import Bot


async def show_change(
    reply: Reply, allocations: AllocationService, change: Change, *, user: int, server: str, page: int = 0
) -> None:
    """Show what became of a change, on top of the server's allocations as read back.

    The page is the one with the changed allocation, or the given one where that is gone.
    """
    notice = of_change(change)
    if change.server is None:
        await reply.show(manage.outcome(server, notice, owner=user))
        return
    await reply.show(
        manage.panel(
            change.server,
            owner=user,
            page=_page_with(change.server, change, page),
            notice=notice,
            auto_allocation_off=allocations.auto_allocation_off,
        )
    )


def _page_with(server: GameServer, change: Change, otherwise: int) -> int:
    """Return the page on which the changed allocation is."""
    rows = [row.id for row in server.allocations]
    if change.allocation is None or change.allocation.id not in rows:
        return otherwise
    return rows.index(change.allocation.id) // PER_PAGE


class Manage(commands.Cog):
    """Answers the manage panel's components; every change runs with the pressing person's own key."""

    def __init__(self, bot: Bot) -> None:
        self._allocations = bot.services.allocations
        self._turns = bot.services.turns
        bot.router.on("alloc.list", self.on_list)
        bot.router.on("alloc.pick", self.on_pick)
        bot.router.on("alloc.show", self.on_show)
        bot.router.on("alloc.add", self.on_add)
        bot.router.on("alloc.primary", self.on_primary)
        bot.router.on("alloc.undo", self.on_undo)
        bot.router.on("alloc.ask", self.on_ask_delete)
        bot.router.on("alloc.delete", self.on_delete)
        bot.router.on("alloc.share", self.on_share, public=True)

    async def on_list(self, press: Press, reply: Reply) -> None:
        """Read the server again and show the asked-for page: Refresh, Back, Previous and Next."""
        server = await self._allocations.view(press.user_id, server_in(press))
        await self._show_panel(press, reply, server, page=press.id.number(1))

    async def on_pick(self, press: Press, reply: Reply) -> None:
        """Show the allocation chosen in the select."""
        await self._show_detail(press, reply, press.chosen_number, page=press.id.number(1))

    async def on_show(self, press: Press, reply: Reply) -> None:
        """Show one allocation, as after Cancel."""
        await self._show_detail(press, reply, press.id.number(1), page=press.id.number(2))

    async def on_add(self, press: Press, reply: Reply) -> None:
        """Add an allocation; a second press of the same button adds none."""
        with self._turns.once(str(press.id)):
            change = await self._allocations.create(press.user_id, server_in(press))
        await self._show_change(press, reply, change)

    async def on_primary(self, press: Press, reply: Reply) -> None:
        """Make the allocation the primary."""
        previous = press.id.number(2) if press.id.text(2) != ids.NONE else None
        change = await self._allocations.promote(press.user_id, server_in(press), press.id.number(1), previous=previous)
        await self._show_change(press, reply, change)

    async def on_undo(self, press: Press, reply: Reply) -> None:
        """Go back to the previous primary."""
        change = await self._allocations.promote(
            press.user_id, server_in(press), press.id.number(1), previous=press.id.number(2)
        )
        await self._show_change(press, reply, change)

    async def on_ask_delete(self, press: Press, reply: Reply) -> None:
        """Read the server again and ask before deleting."""
        server, row = await self._allocations.ask_delete(press.user_id, server_in(press), press.id.number(1))
        await reply.show(manage.confirm_delete(server, row, owner=press.user_id, page=press.id.number(2)))

    async def on_delete(self, press: Press, reply: Reply) -> None:
        """Delete after the question; a second press of the same button does nothing."""
        page = press.id.number(2)
        with self._turns.once(str(press.id)):
            change = await self._allocations.delete(press.user_id, server_in(press), press.id.number(1))
        await self._show_change(press, reply, change, page=page)

    async def on_share(self, press: Press, reply: Reply) -> None:
        """Post the server's name and primary address as one public line."""
        identifier = server_in(press)
        server = self._allocations.known(press.user_id, identifier)
        line = manage.shared_address(server or await self._allocations.view(press.user_id, identifier))
        if line is None:
            raise BotError(
                "This server has no primary allocation, so there is no address to share.",
                advice="Set one as primary first.",
            )
        await reply.say_publicly(line)

    async def _show_panel(self, press: Press, reply: Reply, server: GameServer, *, page: int) -> None:
        off = self._allocations.auto_allocation_off
        await reply.show(manage.panel(server, owner=press.user_id, page=page, auto_allocation_off=off))

    async def _show_detail(self, press: Press, reply: Reply, allocation: int, *, page: int) -> None:
        identifier = server_in(press)
        server = self._allocations.known(press.user_id, identifier)
        if server is None or server.permissions is None or server.allocation(allocation) is None:
            server = await self._allocations.view(press.user_id, identifier)
        row = server.allocation(allocation)
        if row is None:
            raise AllocationNotFound
        await reply.show(manage.detail(server, row, owner=press.user_id, page=page))

    async def _show_change(self, press: Press, reply: Reply, change: Change, *, page: int = 0) -> None:
        await show_change(reply, self._allocations, change, user=press.user_id, server=server_in(press), page=page)


def server_in(press: Press, *, index: int = 0) -> str:
    """Return the server's identifier from a custom_id; raise Outdated if there is none."""
    identifier = as_identifier(press.id.text(index))
    if identifier is None:
        raise Outdated
    return identifier
