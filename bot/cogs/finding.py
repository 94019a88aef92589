"""Finding a port among many, by the form or from the picker of a command that left the server out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.domain.lookup import as_identifier
from bot.domain.rules import check_sought
from bot.errors import Outdated
from bot.front.router import Press
from bot.services.bundle import Services
from bot.ui.answer.respond import Reply
from bot.ui.parts import ids
from bot.ui.ports import finding, manage

if TYPE_CHECKING:
    from bot.front.client import Bot


async def show_list(reply: Reply, services: Services, user: int, server: str, *, sought: str = "") -> None:
    """Read a server and show its allocations, or those of them that are sought: one call."""
    if sought:
        check_sought(sought)
    found = await services.allocations.view(user, server)
    await reply.show(
        manage.panel(
            found,
            owner=user,
            offers=services.offers(found),
            sought=ids.packable(sought),
        )
    )


class Finding(commands.Cog):
    """Answers the form for what is sought, and the picker where a server is still to be chosen."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on(finding.FORM, self.on_form, opens_form=True)
        bot.router.on(finding.SUBMIT, self.on_submitted)
        bot.router.on(finding.PICK, self.on_picked)

    async def on_form(self, press: Press, reply: Reply) -> None:
        """Open the form."""
        user, server = press.user_id, server_in(press)
        known = self._services.directory.remembered(user, server)
        await reply.open_form(finding.find_form(user, server, known=known))

    async def on_submitted(self, press: Press, reply: Reply) -> None:
        """Show what has the words of the form."""
        sought = press.fields.get(finding.FIELD, "")
        await show_list(reply, self._services, press.user_id, server_in(press), sought=sought)

    async def on_picked(self, press: Press, reply: Reply) -> None:
        """Show what has the words of the command on the chosen server."""
        identifier = as_identifier(press.chosen)
        if identifier is None:
            raise Outdated
        await show_list(reply, self._services, press.user_id, identifier, sought=ids.unpack(press.id.text(1)))
