"""The components of the manage panel: lists, one allocation, and the changes made by button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.outcome import looking, show_change
from bot.cogs.promoting import promote
from bot.domain.lookup import as_identifier
from bot.domain.models import GameServer
from bot.errors import Outdated
from bot.front.router import Press
from bot.services.changing.changes import Change
from bot.services.changing.overwriting import NotesChanged, unless_changed
from bot.services.servers.meant import row_of
from bot.ui.answer.respond import Reply
from bot.ui.parts import ids
from bot.ui.ports import manage, port
from bot.ui.ports.promoting import PROMOTE

if TYPE_CHECKING:
    from bot.front.client import Bot


class Manage(commands.Cog):
    """Answers the manage panel's components; every change runs with the pressing person's own key."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        self._allocations = bot.services.allocations
        self._turns = bot.services.turns
        bot.router.on("alloc.list", self.on_list)
        bot.router.on("alloc.pick", self.on_pick)
        bot.router.on("alloc.show", self.on_show)
        bot.router.on("alloc.add", self.on_add)
        bot.router.on("alloc.primary", self.on_primary)
        bot.router.on(PROMOTE, self.on_promote)
        bot.router.on("alloc.ask", self.on_ask_delete)
        bot.router.on("alloc.delete", self.on_delete)

    async def on_list(self, press: Press, reply: Reply) -> None:
        """Read the server again and show the asked-for page: Refresh, Back, Previous and Next."""
        server = await self._allocations.view(press.user_id, server_in(press))
        await self._show_panel(press, reply, server, page=press.id.number(1), sought=_sought(press))

    async def on_pick(self, press: Press, reply: Reply) -> None:
        """Show the allocation chosen in the select."""
        # The last argument is the mark of the drawing, which messages of an earlier version may lack.
        sought = _sought(press) if len(press.id.args) > 3 else ""
        await self._show_detail(press, reply, press.chosen_number, page=press.id.number(1), sought=sought)

    async def on_show(self, press: Press, reply: Reply) -> None:
        """Show one allocation, as after Cancel."""
        await self._show_detail(press, reply, press.id.number(1), page=press.id.number(2))

    async def on_add(self, press: Press, reply: Reply) -> None:
        """Add an allocation; a second press of the same button adds none."""
        async with self._turns.once(str(press.id)):
            change = await self._allocations.create(press.user_id, server_in(press), tell=looking(reply))
        await self._show_change(press, reply, change)

    async def on_primary(self, press: Press, reply: Reply) -> None:
        """Make the allocation the primary, after a question where its notes say that it is for something else."""
        await promote(reply, self._services, press.user_id, server_in(press), press.id.number(1))

    async def on_promote(self, press: Press, reply: Reply) -> None:
        """Make it the primary after that question; ask again where the notes are others now."""
        told = press.id.text(2)
        await promote(reply, self._services, press.user_id, server_in(press), press.id.number(1), told=told)

    async def on_ask_delete(self, press: Press, reply: Reply) -> None:
        """Read the server again and ask before deleting."""
        server, row = await self._allocations.ask_delete(press.user_id, server_in(press), press.id.number(1))
        await reply.show(port.confirm_delete(server, row, owner=press.user_id))

    async def on_delete(self, press: Press, reply: Reply) -> None:
        """Delete after the question, or ask anew where the notes are others now; a second press does nothing."""
        page, allocation = press.id.number(2), press.id.number(1)
        # The question of an earlier version does not carry which notes it showed.
        seen = press.id.args[4] if len(press.id.args) > 4 else None
        provided = None if seen is None else unless_changed(allocation, seen=seen)
        try:
            async with self._turns.once(str(press.id)):
                change = await self._allocations.delete(
                    press.user_id, server_in(press), allocation, provided=provided, tell=looking(reply)
                )
        except NotesChanged as other:
            await reply.show(port.confirm_delete(other.server, other.row, owner=press.user_id, changed=True))
            return
        await self._show_change(press, reply, change, page=page)

    async def _show_panel(self, press: Press, reply: Reply, server: GameServer, *, page: int, sought: str = "") -> None:
        await reply.show(
            manage.panel(
                server,
                owner=press.user_id,
                page=page,
                offers=self._services.offers(server),
                sought=sought,
            )
        )

    async def _show_detail(self, press: Press, reply: Reply, allocation: int, *, page: int, sought: str = "") -> None:
        server = await self._allocations.view(press.user_id, server_in(press))
        row = row_of(server, allocation)
        if server.allocation(row.id) is None:
            # One that the panel does not show to this person has no page; it may be there all the same.
            await self._show_panel(press, reply, server, page=page)
            return
        check = self._services.checking.offered
        lately = await self._services.power.lately(press.user_id, server, row)
        await reply.show(port.detail(server, row, owner=press.user_id, sought=sought, check=check, lately=lately))

    async def _show_change(self, press: Press, reply: Reply, change: Change, *, page: int = 0) -> None:
        await show_change(reply, self._services, change, user=press.user_id, server=server_in(press), page=page)


def _sought(press: Press) -> str:
    """Return the words that the list was narrowed by; none on one that shows all."""
    return ids.unpack(press.id.args[2]) if len(press.id.args) > 2 else ""


def server_in(press: Press, *, index: int = 0) -> str:
    """Return the server's identifier from a custom_id; raise Outdated if there is none."""
    identifier = as_identifier(press.id.text(index))
    if identifier is None:
        raise Outdated
    return identifier
