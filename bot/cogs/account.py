"""`/link`, `/unlink`, `/account`, and the buttons and the form that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import discord
from cachetools import TTLCache
from discord import app_commands
from discord.ext import commands

from bot.cogs.keys import swap_key
from bot.errors import BotError, NotLinked, Outdated
from bot.front import again
from bot.front.answering import answering
from bot.front.host import host_of
from bot.front.router import Press
from bot.ui.answer.beside import take_back
from bot.ui.answer.respond import Reply
from bot.ui.forms import KEY_FIELD, link_form
from bot.ui.keys import account as screens
from bot.ui.keys.goingon import carried_on

if TYPE_CHECKING:
    from bot.front.client import Bot

_REFUSED = 2_000
_REFUSED_FOR = 13 * 60.0
"""How many refusals of a key can be taken back, and for how many seconds: Discord allows it for a while."""


class Account(commands.Cog):
    """A person's link to their panel account."""

    def __init__(self, bot: Bot) -> None:
        self._accounts = bot.services.accounts
        self._exports = bot.services.exports
        self._keyring = bot.services.keyring
        self._swapping = bot.services.swapping
        self._joining = bot.services.joining
        self._site = bot.site
        self._going_on = bot.going_on
        self._latest = bot.latest
        # By person: the answer that last refused a key, which the next one takes back.
        self._refused: TTLCache[int, Reply] = TTLCache(_REFUSED, _REFUSED_FOR)
        bot.router.on("link.open", self.on_link, opens_form=True)
        bot.router.on("link.submit", self.on_key)
        bot.router.on("account.show", self.on_show)
        bot.router.on("account.export", self.on_export, stays=True)
        bot.router.on("left.gone", self.on_left_gone)
        bot.router.on("unlink.ask", self.on_ask_unlink)
        bot.router.on("unlink.confirm", self.on_unlink)

    @app_commands.command()
    async def link(self, interaction: discord.Interaction[Bot]) -> None:
        """Link your panel account with a client API key, or replace the key."""
        async with answering(interaction, opens_form=True) as reply:
            await self._open_form(interaction.user.id, reply)

    @app_commands.command()
    async def account(self, interaction: discord.Interaction[Bot]) -> None:
        """See what is stored about you, replace the key, unlink, or get it all as JSON."""
        async with answering(interaction) as reply:
            await self._show_profile(interaction.user.id, reply)

    @app_commands.command()
    async def unlink(self, interaction: discord.Interaction[Bot]) -> None:
        """Delete your key and everything else stored about you."""
        async with answering(interaction) as reply:
            await self._ask_unlink(interaction.user.id, reply)

    async def on_link(self, press: Press, reply: Reply) -> None:
        """Open the link form from a button."""
        await self._open_form(press.user_id, reply, press.id.args)

    async def _open_form(self, user_id: int, reply: Reply, carries: Sequence[str] = ()) -> None:
        """Open the form; which key it replaces is said where the database tells before Discord stops waiting."""
        replaces = None
        with suppress(NotLinked):
            link = await self._accounts.glimpse(user_id)
            replaces = link.masked_key if link else None
        await reply.open_form(link_form(user_id, self._site, replaces=replaces, carries=carries))

    async def on_key(self, press: Press, reply: Reply) -> None:
        """Verify and store the submitted key."""
        if KEY_FIELD not in press.fields:
            raise Outdated
        self._take_back(press)
        try:
            result = await self._accounts.link(press.user_id, press.fields[KEY_FIELD])
        except BotError:
            self._refused[press.user_id] = reply
            raise
        self._site.seen(result.link.masked_key)
        asked = carried_on(press.user_id, press.id.args[1:])
        go_on = self._going_on.button(press.user_id, str(asked) if asked and again.only_reads(asked) else None)
        if self._swapping.at_once:
            await swap_key(press, reply, self._swapping, self._site, linked=result, go_on=go_on)
        else:
            offered = self._swapping.is_offered
            await reply.show(screens.linked(result, owner=press.user_id, site=self._site, swap=offered, go_on=go_on))
        self._going_on.put(reply.message_id, go_on)

    def _take_back(self, press: Press) -> None:
        """Have the message go that refused an earlier key, unless this answer takes its place."""
        earlier, message = self._refused.pop(press.user_id, None), press.interaction.message
        if earlier is not None and (message is None or message.id != earlier.message_id):
            host_of(press.interaction).work.aside(take_back(earlier, self._latest))

    async def on_show(self, press: Press, reply: Reply) -> None:
        """Show what is stored, as after Cancel."""
        await self._show_profile(press.user_id, reply)

    async def _show_profile(self, user_id: int, reply: Reply) -> None:
        link = await self._accounts.stored(user_id)
        left = await self._keyring.left_of(user_id)
        self._keyring.untold.discard(user_id)
        offered, names = self._swapping.is_offered, bool(await self._joining.given_by(user_id))
        await reply.show(screens.profile(link, owner=user_id, site=self._site, swap=offered, left=left, names=names))

    async def on_left_gone(self, press: Press, reply: Reply) -> None:
        """Forget what was to be deleted by hand, if it is what they were shown, and show what is stored now."""
        await self._keyring.settled_by_hand(press.user_id, "".join(press.id.args[:1]))
        await self._show_profile(press.user_id, reply)

    async def on_export(self, press: Press, reply: Reply) -> None:
        """Send what is stored as a JSON file."""
        try:
            data = await self._exports.of(press.user_id)
        except NotLinked:
            reply.covers = True  # the card is of a link that is gone
            raise
        await reply.show(screens.exported(data), fresh=True)

    async def on_ask_unlink(self, press: Press, reply: Reply) -> None:
        """Ask before unlinking."""
        await self._ask_unlink(press.user_id, reply)

    async def _ask_unlink(self, user_id: int, reply: Reply) -> None:
        link = await self._accounts.stored(user_id)
        names = await self._joining.given_by(user_id)
        await reply.show(screens.confirm_unlink(link, names, owner=user_id, site=self._site))

    async def on_unlink(self, press: Press, reply: Reply) -> None:
        """Delete everything stored about the person; ask anew where that is no longer what they were shown."""
        with suppress(NotLinked):
            link, names = await self._accounts.profile(press.user_id), await self._joining.given_by(press.user_id)
            if press.id.args != (screens.mark_of(link, names),):
                await reply.show(
                    screens.confirm_unlink(link, names, owner=press.user_id, site=self._site, changed=True)
                )
                return
        result = await self._accounts.unlink(press.user_id)
        await reply.show(screens.unlinked(result, owner=press.user_id, site=self._site))
