"""`/allocations list | find | create | notes | primary | delete | history | address`."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs import suggestions
from bot.cogs.drafts import editable
from bot.cogs.finding import show_list
from bot.cogs.history import show_history
from bot.cogs.joining import show_address
from bot.cogs.notes import notes_form_for
from bot.cogs.opening import open_server
from bot.cogs.outcome import looking, show_change
from bot.cogs.picking import offering
from bot.cogs.promoting import ask_first, promote
from bot.cogs.search import show_found
from bot.cogs.several import OnlyOnePrimary, carry_out
from bot.cogs.which_server import Show, offering_servers, server_meant
from bot.domain.hostnames import LONGEST_TYPED
from bot.domain.models import NOTES_LIMIT
from bot.domain.plan import MOST
from bot.domain.rules import check_sought
from bot.front.answering import answering
from bot.front.router import Press
from bot.services.servers.directory import Choice
from bot.ui.answer.respond import Reply
from bot.ui.parts import ids
from bot.ui.ports import finding, port, which
from bot.ui.ports.notices import Notice
from bot.ui.ports.promoting import TOLD
from bot.ui.servers import which_server
from bot.ui.servers.servers import CREATE, PICK, server_list

if TYPE_CHECKING:
    from bot.front.client import Bot

Named = app_commands.Range[str, 1, 100]
Server = app_commands.Range[str, 1, 300]
"""A name, an identifier, or the address of the server's page on the panel."""
Notes = app_commands.Range[str, 0, NOTES_LIMIT]
Count = app_commands.Range[int, 1, MOST]
JoinName = app_commands.Range[str, 0, LONGEST_TYPED]
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
        self, interaction: discord.Interaction[Bot], server: Server | None = None, find: Sought | None = None
    ) -> None:
        """Show the ports (allocations) of a server, with buttons to add, name and remove them."""
        user, sought = interaction.user.id, ids.packable(find or "")
        verb = finding.PICK if sought else PICK

        async def keep() -> tuple[str, ...]:
            return (ids.pack(sought),) if sought else ()

        async def show(only: str, notice: Notice) -> None:
            await open_server(reply, self._services, user, only, notice=notice, sought=sought)

        async with (
            answering(interaction) as reply,
            offering_servers(reply, self._services, verb, user=user, keep=keep, show=show),
        ):
            check_sought(find or "")
            chosen = await self._services.directory.choose(user, server)
            if isinstance(chosen, Choice):
                await reply.show(
                    server_list(
                        chosen.servers,
                        owner=user,
                        verb=verb,
                        args=await keep(),
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
        count="How many, each with these notes; one if you leave it out",
    )
    @app_commands.autocomplete(server=suggestions.servers)
    async def create(
        self,
        interaction: discord.Interaction[Bot],
        server: Server | None = None,
        notes: Notes | None = None,
        primary: bool = False,
        count: Count = 1,
    ) -> None:
        """Add a port (allocation) to a server; the panel picks which."""
        user = interaction.user.id

        async def keep() -> tuple[str, ...]:
            # Without notes the token marks this picker all the same: it creates once.
            token = ids.nonce() if notes is None else await self._services.kept.keep(user, notes)
            return token, f"{primary:d}", f"{notes is not None:d}", str(count)

        async with (
            answering(interaction) as reply,
            offering_servers(reply, self._services, CREATE, user=user, keep=keep),
        ):
            if primary and count > 1:
                raise OnlyOnePrimary("Players connect to one address.")
            chosen = await self._services.directory.choose(user, server)
            if isinstance(chosen, Choice):
                await reply.show(
                    server_list(
                        chosen.servers,
                        owner=user,
                        verb=CREATE,
                        args=await keep(),
                        last_used=chosen.last_used,
                        unreadable=chosen.unreadable,
                        read_at=chosen.read_at,
                    )
                )
                return
            if count > 1:
                await self._create_several(reply, user, chosen, notes=notes, count=count)
                return
            if primary and notes and await ask_first(reply, self._services, user, chosen, notes):
                return
            change = await self._services.allocations.create(
                user, chosen, notes=notes, primary=primary, tell=looking(reply)
            )
            await show_change(reply, self._services, change, user=user, server=chosen)

    async def _create_several(self, reply: Reply, user: int, server: str, *, notes: str | None, count: int) -> None:
        reply.about = server
        name = self._services.directory.name_of(user, server)
        plan = await self._services.several.draft(user, server, [notes] * count, name=name)
        await carry_out(reply, self._services, user, plan.number)

    async def on_create_picked(self, press: Press, reply: Reply) -> None:
        """Create on the server chosen in the picker, with what the command asked for."""
        identifier, token = server_meant(press), press.id.text(1)
        primary, noted = press.id.text(2), press.id.text(3) == "1"
        notes = await self._services.kept.of(press.user_id, token) if noted else None
        reply.typed = notes or ""
        # A picker of the version before this one names no number; what comes last is the mark of its drawing.
        count = press.id.number(4) if len(press.id.args) > 5 else 1
        if primary == "1" and notes and await ask_first(reply, self._services, press.user_id, identifier, notes):
            return
        async with self._services.turns.once(f"create.pick:{press.user_id}:{token}"):
            if count > 1:
                await self._create_several(reply, press.user_id, identifier, notes=notes, count=count)
                return
            change = await self._services.allocations.create(
                press.user_id, identifier, notes=notes, primary=primary in ("1", TOLD), tell=looking(reply)
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
        self, interaction: discord.Interaction[Bot], server: Server, allocation: Named, text: Notes | None = None
    ) -> None:
        """Say what a port (allocation) is for; an empty text clears the notes."""
        user = interaction.user.id
        if text is None:
            async with (
                answering(interaction, opens_form=True) as reply,
                self._offering(reply, which_server.FORM, user, allocation),
                offering(reply, which.FORM, user=user),
            ):
                await reply.open_form(await notes_form_for(self._services, user, server, allocation))
            return
        async with (
            answering(interaction) as reply,
            self._offering(reply, which_server.NOTES, user, allocation, text),
            offering(reply, which.NOTES, user=user, keep=lambda: self._services.kept.keep(user, text)),
        ):
            identifier = await self._services.directory.named(user, server)
            async with editable(self._services, user, identifier, allocation, text):
                change = await self._services.allocations.set_notes(
                    user, identifier, allocation, text, tell=looking(reply)
                )
            await show_change(reply, self._services, change, user=user, server=identifier)

    @app_commands.command()
    @app_commands.describe(server="Which server", allocation="Its port, its address, or its id as #123")
    @app_commands.autocomplete(server=suggestions.servers, allocation=suggestions.allocations)
    async def primary(self, interaction: discord.Interaction[Bot], server: Server, allocation: Named) -> None:
        """Choose the port (allocation) that players connect to."""
        user = interaction.user.id
        async with (
            answering(interaction) as reply,
            self._offering(reply, which_server.PRIMARY, user, allocation),
            offering(reply, which.PRIMARY, user=user),
        ):
            identifier = await self._services.directory.named(user, server)
            await promote(reply, self._services, user, identifier, allocation)

    @app_commands.command()
    @app_commands.describe(server="Which server", allocation="Its port, its address, or its id as #123")
    @app_commands.autocomplete(server=suggestions.servers, allocation=suggestions.allocations)
    async def delete(self, interaction: discord.Interaction[Bot], server: Server, allocation: Named) -> None:
        """Remove a port (allocation); I ask before I do."""
        user = interaction.user.id
        async with (
            answering(interaction) as reply,
            self._offering(reply, which_server.DELETE, user, allocation),
            offering(reply, which.DELETE, user=user),
        ):
            identifier = await self._services.directory.named(user, server)
            found, row = await self._services.allocations.ask_delete(user, identifier, allocation)
            await reply.show(port.confirm_delete(found, row, owner=user))

    @app_commands.command()
    @app_commands.describe(server="Only the changes on this server")
    @app_commands.autocomplete(server=suggestions.servers)
    async def history(self, interaction: discord.Interaction[Bot], server: Server | None = None) -> None:
        """See your own changes, newest first; undo one where that still makes sense."""
        user = interaction.user.id

        async def show(only: str | None, notice: Notice | None = None) -> None:
            await show_history(reply, self._services, user, server=only, notice=notice)

        async with answering(interaction) as reply, self._offering(reply, which_server.HISTORY, user, show=show):
            await self._services.accounts.profile(user)
            await show(await self._services.directory.named(user, server) if server else None)

    @app_commands.command()
    @app_commands.describe(text="A port, an address, or words of the notes")
    async def find(self, interaction: discord.Interaction[Bot], text: Named) -> None:
        """Find a port (allocation) on all your servers by its number, address or notes."""
        async with answering(interaction) as reply:
            await show_found(reply, self._services, interaction.user.id, text)

    @app_commands.command()
    @app_commands.describe(
        server="Which server",
        name="The name, with a port only where players type it; leave it out to see what it is and where it leads",
    )
    @app_commands.autocomplete(server=suggestions.servers)
    async def address(
        self, interaction: discord.Interaction[Bot], server: Server, name: JoinName | None = None
    ) -> None:
        """See or say under which name players join, and whether its DNS leads there."""
        user = interaction.user.id

        async def show(only: str, notice: Notice | None = None) -> None:
            await show_address(reply, self._services, user, only, name=name, notice=notice)

        async with (
            answering(interaction) as reply,
            self._offering(reply, which_server.ADDRESS, user, show=show)
            if name is None
            else self._offering(reply, which_server.NAME, user, name),
        ):
            await show(await self._services.directory.named(user, server))

    def _offering(
        self, reply: Reply, verb: str, user: int, *typed: str, show: Show | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Offer the servers that might be meant; what else was typed waits for the choice."""

        async def keep() -> tuple[str, ...]:
            return tuple([await self._services.kept.keep(user, text) for text in typed])

        return offering_servers(reply, self._services, verb, user=user, keep=keep, show=show)
