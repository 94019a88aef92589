"""Where several servers fit what was typed, or none: offering those, and going on with the chosen one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.drafts import editable
from bot.cogs.history import show_history
from bot.cogs.notes import notes_form_for
from bot.cogs.outcome import looking, show_change
from bot.cogs.picking import offering
from bot.cogs.promoting import promote
from bot.domain.lookup import NoSuchServer, SeveralServers, as_identifier
from bot.errors import BotError, Outdated, TextForgotten
from bot.front.router import Press
from bot.nextstep import NextStep
from bot.services.bundle import Services
from bot.ui.answer.respond import Reply
from bot.ui.ports import port, which
from bot.ui.ports.notices import Notice
from bot.ui.servers import which_server

if TYPE_CHECKING:
    from bot.front.client import Bot


class NamedForgotten(BotError):
    """The allocation that somebody typed waited in memory for the choice of a server, and is no longer there."""

    title = "I no longer know which port you named"
    advice = "Run the command again. Nothing was changed."
    next_step = NextStep.ALLOCATIONS


Show = Callable[[str, Notice], Awaitable[None]]
"""Shows what was asked for of a server, below a notice."""


async def _nothing_else() -> tuple[str, ...]:
    return ()


@asynccontextmanager
async def offering_servers(
    reply: Reply,
    services: Services,
    verb: str,
    *,
    user: int,
    keep: Callable[[], Awaitable[tuple[str, ...]]] = _nothing_else,
    show: Show | None = None,
) -> AsyncIterator[None]:
    """Ask if several servers, or none, fit what the block looks for; the answer runs `verb`.

    `keep` keeps what else was typed, and returns the arguments that lead to it. The only server that might be meant
    is not asked about where `show` is all that was wanted.
    """
    try:
        yield
    except SeveralServers as several:
        await reply.show(which_server.which_server(several, verb, await keep(), owner=user))
    except NoSuchServer as unknown:
        if show is not None and len(unknown.servers) == 1:
            await show(unknown.servers[0].identifier, which_server.of_guess(unknown))
            return
        await reply.show(which_server.which_server(unknown, verb, await keep(), owner=user))


class WhichServer(commands.Cog):
    """Goes on with a command whose server was chosen from those that might be meant."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        self._allocations = bot.services.allocations
        bot.router.on(which_server.NOTES, self.on_notes)
        bot.router.on(which_server.FORM, self.on_form, opens_form=True)
        bot.router.on(which_server.PRIMARY, self.on_primary)
        bot.router.on(which_server.DELETE, self.on_delete)
        bot.router.on(which_server.HISTORY, self.on_history)

    async def on_notes(self, press: Press, reply: Reply) -> None:
        """Save the notes that were given in the command."""
        user, server, allocation = press.user_id, server_meant(press), await self._typed(press)
        text = reply.typed = await self._services.kept.of(user, press.id.text(2))
        async with offering(reply, which.NOTES, user=user, keep=lambda: self._services.kept.keep(user, text)):
            async with editable(self._services, user, server, allocation, text):
                change = await self._allocations.set_notes(user, server, allocation, text, tell=looking(reply))
            await show_change(reply, self._services, change, user=user, server=server)

    async def on_form(self, press: Press, reply: Reply) -> None:
        """Open the notes form."""
        user, server, allocation = press.user_id, server_meant(press), await self._typed(press)
        async with offering(reply, which.FORM, user=user):
            await reply.open_form(await notes_form_for(self._services, user, server, allocation))

    async def on_primary(self, press: Press, reply: Reply) -> None:
        """Make the allocation that was named the primary."""
        user, server, allocation = press.user_id, server_meant(press), await self._typed(press)
        async with offering(reply, which.PRIMARY, user=user):
            await promote(reply, self._services, user, server, allocation)

    async def on_delete(self, press: Press, reply: Reply) -> None:
        """Ask before the allocation that was named is deleted."""
        user, server, allocation = press.user_id, server_meant(press), await self._typed(press)
        async with offering(reply, which.DELETE, user=user):
            found, row = await self._allocations.ask_delete(user, server, allocation)
            await reply.show(port.confirm_delete(found, row, owner=user))

    async def on_history(self, press: Press, reply: Reply) -> None:
        """Show the person's own changes on that server."""
        await self._services.accounts.profile(press.user_id)
        await show_history(reply, self._services, press.user_id, server=server_meant(press))

    async def _typed(self, press: Press) -> str:
        try:
            return await typed_text(self._services, press)
        except TextForgotten:
            raise NamedForgotten("I keep it for 15 minutes while you choose, and may lose it when I restart.") from None


async def typed_text(services: Services, press: Press) -> str:
    """Return what was typed beside the server; raise TextForgotten if that is no longer kept."""
    return await services.kept.of(press.user_id, press.id.text(1))


def server_meant(press: Press) -> str:
    """Return the server chosen in the picker, or that the button is about; raise Outdated if there is none."""
    identifier = as_identifier(press.values[0] if press.values else press.id.args[-1] if press.id.args else "")
    if identifier is None:
        raise Outdated
    return identifier
