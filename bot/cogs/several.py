"""Adding several ports at once: choosing what for, carrying it out in one message, Stop and Go on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.manage import server_in
from bot.cogs.planned import GO, STOP, UntoldInTime
from bot.domain.plan import MOST
from bot.domain.room import room_left
from bot.domain.rules import cannot_create
from bot.errors import BotError, Outdated
from bot.front.host import host_of
from bot.front.router import Press
from bot.nextstep import NextStep
from bot.services.bundle import Services
from bot.services.several.running import Ending, Phase, Progress
from bot.ui.answer.respond import Reply
from bot.ui.forms import LINES_FIELD, lines_form
from bot.ui.parts.screen import Screen
from bot.ui.parts.text import count
from bot.ui.several import choosing as several
from bot.ui.several import progress as screens

if TYPE_CHECKING:
    from bot.front.client import Bot

READ_WITHIN = 1.8
"""Seconds the panel gets where the answer may have to be a form, which has to be the first one, within 3."""


class TooManyPorts(BotError):
    """More ports were named than are added at once."""

    title = "Those are too many ports at once"
    advice = f"Name at most {MOST}, those chosen beside them included. Nothing was changed."


class NothingWritten(BotError):
    """The form for other ports came back without any text, and no port was chosen beside it."""

    title = "No port was named"
    advice = "Press **Add several…**, choose Other again and write a line for each port. Nothing was changed."
    next_step = NextStep.ALLOCATIONS


class OnlyOnePrimary(BotError):
    """Several ports were to be added, each as the primary."""

    title = "Only one port can be the primary"
    advice = "Leave `primary` out, and choose it with {/allocations primary} afterwards. Nothing was changed."
    next_step = NextStep.ALLOCATIONS


class NoRoomForOthers(BotError):
    """Others were chosen beside as many purposes as the limit leaves room for."""

    title = "There is no room for others beside those"
    advice = "Choose fewer of the purposes, or leave out **Other**. Nothing was changed."


class Several(commands.Cog):
    """Answers **Add several…** and what follows from it; Stop and Go on work whatever happened in between."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.work.before_draining(bot.services.several.halt)
        bot.router.on("several.ask", self.on_ask)
        bot.router.on("several.pick", self.on_picked, opens_form=True)
        bot.router.on("several.named", self.on_named)
        bot.router.on(GO, self.on_go)
        bot.router.on(STOP, self.on_stop)

    async def on_ask(self, press: Press, reply: Reply) -> None:
        """Read the server and ask what the ports are for."""
        server = await self._services.allocations.view(press.user_id, server_in(press))
        await reply.show(several.choose(server, owner=press.user_id))

    async def on_picked(self, press: Press, reply: Reply) -> None:
        """Ask before the chosen ones are added; where others are among them, open the form for those first."""
        chosen = [value for value in press.values if value in several.OFFERED]
        if several.OTHER in press.values:
            user, server = press.user_id, server_in(press)
            known = self._services.directory.remembered(user, server)
            room = MOST if known is None else min(MOST, room_left(known))
            if room <= len(chosen):
                raise NoRoomForOthers(f"When I last looked, the limit left room for {count(room, 'port')}.")
            await reply.open_form(lines_form(user, server, chosen, room=room, known=known))
            return
        if not chosen:
            raise Outdated
        try:
            async with asyncio.timeout(READ_WITHIN):
                await self._ask(press, reply, chosen)
        except TimeoutError:
            raise UntoldInTime("It did not tell me in time what the server has now.") from None

    async def on_named(self, press: Press, reply: Reply) -> None:
        """Ask before those chosen and those named in the form are added."""
        lines = [line.strip() for line in press.fields.get(LINES_FIELD, "").splitlines() if line.strip()]
        chosen = [name for name in press.id.text(1).split("-") if name in several.OFFERED]
        if LINES_FIELD not in press.fields:
            raise Outdated
        if not lines and not chosen:
            raise NothingWritten("There was no text in any line.")
        await self._ask(press, reply, chosen, lines)

    async def _ask(self, press: Press, reply: Reply, chosen: list[str], lines: list[str] | None = None) -> None:
        notes = [several.OFFERED[name].notes for name in chosen] + (lines or [])
        if len(notes) > MOST:
            raise TooManyPorts(f"You named {len(notes)}.")
        server = await self._services.allocations.view(press.user_id, server_in(press))
        left = room_left(server)
        if lines and cannot_create(server) is None and len(notes) > left:
            # Not by the question, which leads back to the select: what was typed would be lost.
            told = f"You named {len(notes)}, and the limit leaves room for {count(left, 'port')}."
            raise TooManyPorts(told, advice="Name fewer, or choose fewer beside them. Nothing was changed.")
        plan = await self._services.several.draft(press.user_id, server.identifier, notes, seen=server)
        await reply.show(several.question(plan, owner=press.user_id, seen=server))

    async def on_go(self, press: Press, reply: Reply) -> None:
        """Do what is left of a plan, be it all of it."""
        await carry_out(reply, self._services, press.user_id, press.id.number(0))

    async def on_stop(self, press: Press, reply: Reply) -> None:
        """Stop a plan that is under way and show how it ended; of any other, show what is known."""
        user = press.user_id

        async def stopping(now: Progress) -> None:
            await reply.show(screens.progress(now, owner=user, stopping=True), meanwhile=True)

        end = await self._services.several.stop(user, press.id.number(0), stopping)
        await _show_end(reply, self._services, end, user)


async def carry_out(reply: Reply, services: Services, user: int, number: int) -> None:
    """Do what is left of a plan, telling in one message how far it is and how it ended."""

    async def report(now: Progress) -> None:
        await reply.show(screens.progress(now, owner=user), meanwhile=True)

    try:
        end = await services.several.carry_out(user, number, report)
    except asyncio.CancelledError:
        if not host_of(reply.interaction).work.interrupted:
            raise
        # What was under way stays as asked for on record; the little time that is left is for telling.
        end = Progress(await services.several.plan(user, number), Phase.ENDED, Ending.RESTART)
    if end.ending is not Ending.STOPPED:
        await _show_end(reply, services, end, user)


async def _show_end(reply: Reply, services: Services, end: Progress, user: int) -> None:
    """Show how a run ended; a few seconds later look once more, and correct the message if a port did not stay."""
    host = host_of(reply.interaction)

    def screen(end: Progress) -> Screen:
        power = _may_restart(services, end)
        return screens.ended(end, owner=user, site=host.site, power=power, goes_on=host.work.handed_over)

    async def look_again() -> None:
        corrected = await services.staying.at(end)
        if corrected is not None:
            await reply.correct(screen(corrected))

    await reply.show(screen(end))
    if services.staying.is_due(end):
        host.work.aside(look_again())


def _may_restart(services: Services, end: Progress) -> bool:
    """Tell whether who made a plan may restart its server, for all that is known: pressing the button asks anew."""
    server = services.directory.remembered(end.plan.user_id, end.plan.server) or end.seen
    if server is None:
        return services.power.offered
    return services.power.offers(server) and services.power.may_tell(server)
