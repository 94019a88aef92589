"""Restarting a server from its list: the question, the command, and what comes of it in the same message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.domain.power import Signal
from bot.errors import BotError, Outdated
from bot.front.host import host_of
from bot.front.router import Press
from bot.services.game.power import Course, Standing
from bot.ui import power
from bot.ui.answer.respond import Reply
from bot.ui.errors import Around, of_error
from bot.ui.parts.screen import Screen
from bot.ui.ports.check import check_after

if TYPE_CHECKING:
    from bot.front.client import Bot


class Power(commands.Cog):
    """Asks before a server is started or restarted, and follows it."""

    def __init__(self, bot: Bot) -> None:
        self._power = bot.services.power
        self._checking = bot.services.checking
        self._turns = bot.services.turns
        bot.router.on(power.ASK, self.on_ask)
        bot.router.on(power.DO, self.on_do)

    async def on_ask(self, press: Press, reply: Reply) -> None:
        """Show what the server does now, with the question."""
        standing = await self._power.look(press.user_id, server_in(press))
        await reply.show(power.standing_screen(standing, owner=press.user_id))

    async def on_do(self, press: Press, reply: Reply) -> None:
        """Send the command once if the server still does what the person was shown; else ask again."""
        try:
            signal = Signal(press.id.text(1))
        except ValueError:
            raise Outdated from None
        async with self._turns.once(str(press.id)):
            standing = await self._power.look(press.user_id, server_in(press))
            if standing.signal is not signal or standing.refusal:
                await reply.show(power.standing_screen(standing, owner=press.user_id))
                return
            course = self._power.follow(press.user_id, standing, signal)
            first = await anext(course)
        await reply.show(self._screen(first, standing, press))
        host_of(press.interaction).work.aside(self._follow(press, reply, standing, first, course))

    async def _follow(
        self, press: Press, reply: Reply, standing: Standing, last: Course, course: AsyncIterator[Course]
    ) -> None:
        try:
            async for seen in course:
                last = seen
                if seen.over:
                    await reply.correct(self._screen(seen, standing, press))
                else:
                    await reply.amend(self._screen(seen, standing, press))
        except asyncio.CancelledError:
            goes_on = host_of(press.interaction).work.handed_over
            await reply.amend(power.left_screen(last, standing, owner=press.user_id, goes_on=goes_on))
            raise
        except BotError as problem:
            about, site = standing.server, host_of(press.interaction).site
            around = Around(press.user_id, site, server=about.identifier, name=about.name)
            await reply.correct(of_error(problem, around))

    def _screen(self, course: Course, standing: Standing, press: Press) -> Screen:
        then = check_after(standing, owner=press.user_id) if self._checking.offered else ()
        return power.course_screen(course, standing, owner=press.user_id, then=then)
