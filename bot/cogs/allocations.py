"""`/allocations list | create | notes | primary | delete | history`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs import suggestions
from bot.cogs.finding import show_list
from bot.cogs.history import show_history
from bot.cogs.notes import notes_form_for
from bot.cogs.outcome import looking, show_change
from bot.cogs.picking import offering
from bot.domain.lookup import as_identifier
from bot.domain.models import NOTES_LIMIT
from bot.errors import Outdated, UnknownServer
from bot.front.answering import answering
from bot.front.router import Press
from bot.services.directory import Choice
from bot.ui import finding, ids, port, which
from bot.ui.respond import Reply
from bot.ui.servers import CREATE, PICK, server_list

if TYPE_CHECKING:
    from bot.front.client import Bot

Named = app_commands.Range[str, 1, 100]
Notes = app_commands.Range[str, 0, NOTES_LIMIT]
Sought = app_commands.Range[str, 1, ids.PACKED]


class Allocations(commands.GroupCog, group_name="allocations"):
    """Ports (allocations) of your game servers: list, add, name, remove."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        bot.router.on(CREATE, self.on_create_picked)

    @app_commands.command(name="list")
    @app_commands.describe(
        server="Which server; leave it out to pick from a list",
        find="Show only the ports with these words in their address or notes",
    )
    @app_commands.autocomplete(server=suggestions.servers)
    async def list_(
        self, interaction: discord.Interaction[Bot], server: Named | None = None, find: Sought | None = None
    ) -> None:
        """Show the ports (allocations) of a server, with buttons to add, name and remove them."""
        user, sought = interaction.user.id, ids.packable(find or "")
        async with answering(interaction) as reply:
            chosen = await self._services.directory.choose(user, server)
            if isinstance(chosen, Choice):
                await reply.show(
                    server_list(
                        chosen.servers,
                        owner=user,
                        verb=finding.PICK if sought else PICK,
                        args=(ids.pack(sought),) if sought else (),
                        last_used=chosen.last_used,
                        unreadable=chosen.unreadable,
                        read_at=chosen.read_at,
                        is_admin=not chosen.servers and await self._services.others.are_shown_to(user),
                    )
                )
                return
            await show_list(reply, self._services, user, chosen, sought=sought)

    @app_commands.command()
    @app_commands.describe(
        server="Which server; leave it out to pick from a list",
        notes="What the port is for, up to 191 characters (255 on Pelican)",
        primary="Make it the address players connect to",
    )
    @app_commands.autocomplete(server=suggestions.servers)
    async def create(
        self,
        interaction: discord.Interaction[Bot],
        server: Named | None = None,
        notes: Notes | None = None,
        primary: bool = False,
    ) -> None:
        """Add a port (allocation) to a server; the panel picks which."""
        user = interaction.user.id
        async with answering(interaction) as reply:
            chosen = await self._services.directory.choose(user, server)
            if isinstance(chosen, Choice):
                # Without notes the token marks this picker all the same: it creates once.
                token = ids.nonce() if notes is None else self._services.kept.keep(user, notes)
                await reply.show(
                    server_list(
                        chosen.servers,
                        owner=user,
                        verb=CREATE,
                        args=(token, f"{primary:d}", f"{notes is not None:d}"),
                        last_used=chosen.last_used,
                        unreadable=chosen.unreadable,
                        read_at=chosen.read_at,
                    )
                )
                return
            change = await self._services.allocations.create(
                user, chosen, notes=notes, primary=primary, tell=looking(reply)
            )
            await show_change(reply, self._services, change, user=user, server=chosen)

    async def on_create_picked(self, press: Press, reply: Reply) -> None:
        """Create on the server chosen in the picker, with what the command asked for."""
        identifier, token = as_identifier(press.chosen), press.id.text(1)
        primary, noted = press.id.text(2) == "1", press.id.text(3) == "1"
        if identifier is None:
            raise Outdated
        notes = self._services.kept.of(press.user_id, token) if noted else None
        with self._services.turns.once(f"create.pick:{press.user_id}:{token}"):
            change = await self._services.allocations.create(
                press.user_id, identifier, notes=notes, primary=primary, tell=looking(reply)
            )
        await show_change(reply, self._services, change, user=press.user_id, server=identifier)

    @app_commands.command()
    @app_commands.describe(
        server="Which server",
        allocation="Its port, its address, or its id as #123",
        text="The notes, up to 191 characters (255 on Pelican); leave it out for a form",
    )
    @app_commands.autocomplete(server=suggestions.servers, allocation=suggestions.allocations)
    async def notes(
        self, interaction: discord.Interaction[Bot], server: Named, allocation: Named, text: Notes | None = None
    ) -> None:
        """Say what a port (allocation) is for; an empty text clears the notes."""
        user = interaction.user.id
        if text is None:
            async with answering(interaction, opens_form=True) as reply, offering(reply, which.FORM, user=user):
                await reply.open_form(await notes_form_for(self._services, user, server, allocation))
            return
        async with (
            answering(interaction) as reply,
            offering(reply, which.NOTES, user=user, keep=lambda: self._services.kept.keep(user, text)),
        ):
            identifier = await self._identifier(user, server)
            change = await self._services.allocations.set_notes(user, identifier, allocation, text, tell=looking(reply))
            await show_change(reply, self._services, change, user=user, server=identifier)

    @app_commands.command()
    @app_commands.describe(server="Which server", allocation="Its port, its address, or its id as #123")
    @app_commands.autocomplete(server=suggestions.servers, allocation=suggestions.allocations)
    async def primary(self, interaction: discord.Interaction[Bot], server: Named, allocation: Named) -> None:
        """Choose the port (allocation) that players connect to."""
        user = interaction.user.id
        async with answering(interaction) as reply, offering(reply, which.PRIMARY, user=user):
            identifier = await self._identifier(user, server)
            change = await self._services.allocations.promote(user, identifier, allocation, tell=looking(reply))
            await show_change(reply, self._services, change, user=user, server=identifier)

    @app_commands.command()
    @app_commands.describe(server="Which server", allocation="Its port, its address, or its id as #123")
    @app_commands.autocomplete(server=suggestions.servers, allocation=suggestions.allocations)
    async def delete(self, interaction: discord.Interaction[Bot], server: Named, allocation: Named) -> None:
        """Give a port (allocation) back to the panel; I ask before I do."""
        user = interaction.user.id
        async with answering(interaction) as reply, offering(reply, which.DELETE, user=user):
            identifier = await self._identifier(user, server)
            found, row = await self._services.allocations.ask_delete(user, identifier, allocation)
            await reply.show(port.confirm_delete(found, row, owner=user))

    @app_commands.command()
    @app_commands.describe(server="Only the changes on this server")
    @app_commands.autocomplete(server=suggestions.servers)
    async def history(self, interaction: discord.Interaction[Bot], server: Named | None = None) -> None:
        """See your own changes, newest first; undo one where that still makes sense."""
        user = interaction.user.id
        async with answering(interaction) as reply:
            await self._services.accounts.profile(user)
            identifier = await self._identifier(user, server) if server else None
            await show_history(reply, self._services.history, user, server=identifier)

    async def _identifier(self, user: int, server: str) -> str:
        chosen = await self._services.directory.choose(user, server)
        if isinstance(chosen, Choice):
            raise UnknownServer("No server was named.")
        return chosen
