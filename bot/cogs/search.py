"""`/allocations find` and its components."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.domain.progress import Progress
from bot.errors import Outdated, TextForgotten
from bot.front.router import Press
from bot.services.bundle import Services
from bot.services.servers.search import SearchForgotten
from bot.ui.answer.respond import Reply
from bot.ui.parts.text import clean
from bot.ui.ports import manage, rows
from bot.ui.servers import search as screens

if TYPE_CHECKING:
    from bot.front.client import Bot

_CHOSEN = re.compile(r"([0-9a-z]{8})-([0-9]{1,15})")


async def show_found(
    reply: Reply,
    services: Services,
    user_id: int,
    text: str,
    *,
    argument: str | None = None,
    of_others: bool = False,
    fresh: bool = False,
    page: int = 0,
) -> None:
    """Search and show a page of what fits; `argument` already stands for the text on the message in use."""

    async def tell(progress: Progress) -> None:
        await reply.show(screens.searching(progress), meanwhile=True)

    text = clean(text)
    found = await services.finder.find(user_id, text, tell=tell, of_others=of_others, fresh=fresh)
    argument = argument or screens.as_argument(text) or f"k{await services.kept.keep(user_id, text)}"
    await reply.show(screens.findings(found, owner=user_id, argument=argument, page=page))


class Search(commands.Cog):
    """Answers the components of a search; the command itself is in the group of `allocations`."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on(screens.LIST, self.on_list)
        bot.router.on(screens.OPEN, self.on_open)

    async def on_list(self, press: Press, reply: Reply) -> None:
        """Show another page, search anew, or search the servers of others."""
        argument = press.id.text(3)
        await show_found(
            reply,
            self._services,
            press.user_id,
            await self._text(press.user_id, argument),
            argument=argument,
            of_others=press.id.text(0) == screens.OF_OTHERS,
            fresh=press.id.text(2) == screens.ANEW,
            page=press.id.number(1),
        )

    async def _text(self, user_id: int, argument: str) -> str:
        text = screens.of_argument(argument)
        if text is not None:
            return text
        try:
            return await self._services.kept.of(user_id, argument[1:])
        except TextForgotten:
            raise SearchForgotten("I keep a long text for 15 minutes, and may lose it when I restart.") from None

    async def on_open(self, press: Press, reply: Reply) -> None:
        """Open the server of the chosen allocation on the page with it, as the panel has it now: one call."""
        chosen = _CHOSEN.fullmatch(press.chosen)
        if chosen is None:
            raise Outdated
        server = await self._services.allocations.view(press.user_id, chosen[1])
        row = server.allocation(int(chosen[2]))
        await reply.show(
            manage.panel(
                server,
                owner=press.user_id,
                page=rows.page_with(server.allocations, int(chosen[2])),
                notice=screens.opened(row),
                offers=self._services.offers(server),
            )
        )
