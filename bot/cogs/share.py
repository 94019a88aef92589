"""Posting a server's address where others read it: the question, and the post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from cachetools import TTLCache
from discord.ext import commands

from bot.cogs.later import briefly, show_with
from bot.cogs.manage import server_in
from bot.errors import BotError
from bot.front.host import host_of
from bot.front.router import Press
from bot.nextstep import NextStep
from bot.services.address.joining import Looked
from bot.services.address.sharing import AddressChanged, Spot
from bot.ui.address import share
from bot.ui.answer.respond import Reply
from bot.ui.parts.screen import Screen
from bot.ui.ports import manage

if TYPE_CHECKING:
    from bot.front.client import Bot

_ASKED = 2_000
_ASKED_FOR = 13 * 60.0
"""How many questions can be taken back after the answer, and for how many seconds: Discord allows it for a while."""


class SilencedHere(BotError):
    """The person may not write in this channel, where an answer of the bot's always can be."""

    title = "You may not write in this channel"
    advice = "Do it in a channel in which you may write."
    next_step = NextStep.ALLOCATIONS


class PrivateHere(BotError):
    """Discord shows what the bot says in this channel to the person alone."""

    title = "Nobody else would see it here"
    advice = "Copy the address from the list and send it yourself."
    next_step = NextStep.ALLOCATIONS


class Share(commands.Cog):
    """Asks before an address is posted, and posts it as the answer to the press, once."""

    def __init__(self, bot: Bot) -> None:
        self._sharing = bot.services.sharing
        self._joining = bot.services.joining
        self._turns = bot.services.turns
        self._offers = bot.services.offers
        # By the message that asks: what asked there, which alone can put something else in its place after the post.
        self._asked: TTLCache[int, Reply] = TTLCache(_ASKED, _ASKED_FOR)
        bot.router.on(share.ASK, self.on_ask)
        bot.router.on(share.POST, self.on_post, public=True)

    async def on_ask(self, press: Press, reply: Reply) -> None:
        """Ask, with the line as it would be posted; buttons of an earlier version, which posted at once, ask too."""
        _check_channel(press.interaction)
        server = await self._sharing.look(_spot(press))
        # Messages of an earlier version do not say from which page of the list the button is.
        page = press.id.number(1) if len(press.id.args) > 1 else 0

        def draw(looked: Looked | None) -> Screen:
            line = self._sharing.line(server)
            return share.confirm_share(server, line, _place(press), owner=press.user_id, page=page, looked=looked)

        await show_with(reply, draw, self._joining.found(server))
        if reply.message_id is not None:
            self._asked[reply.message_id] = reply

    async def on_post(self, press: Press, reply: Reply) -> None:
        """Post the line, read anew; ask again where it is no longer what was shown."""
        message = press.interaction.message
        reply.asked = self._asked.get(message.id) if message else None
        _check_channel(press.interaction)
        page, seen = press.id.number(1), press.id.text(2)
        try:
            async with (
                self._turns.once(str(press.id)),
                self._sharing.posting(_spot(press), seen=seen) as server,
            ):
                await reply.say_publicly(share.shared_address(self._sharing.line(server)))
        except AddressChanged as changed:
            if changed.server is None:
                raise
            await reply.show(
                share.confirm_share(
                    changed.server,
                    self._sharing.line(changed.server),
                    _place(press),
                    owner=press.user_id,
                    page=page,
                    changed=True,
                    looked=await briefly(self._joining.found(changed.server)),
                )
            )
            return
        if reply.asked is not None:
            done = manage.panel(
                server,
                owner=press.user_id,
                page=page,
                notice=share.of_posting(self._sharing.line(server), _place(press)),
                offers=self._offers(server),
            )
            host_of(press.interaction).work.aside(reply.asked.replace(done))


def _spot(press: Press) -> Spot:
    return Spot(press.user_id, server_in(press), press.interaction.channel_id or 0)


def _place(press: Press) -> share.Place:
    me = press.interaction.client.user
    return share.Place(
        press.interaction.channel_id or 0,
        direct=press.interaction.guild_id is None,
        poster=me.mention if me else "me",
    )


def _check_channel(interaction: discord.Interaction) -> None:
    """Raise where the person may not write: an answer of the bot's goes everywhere, and is not to be a way around."""
    if interaction.guild_id is None:
        return
    may = interaction.permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    if not (may.send_messages_in_threads if in_thread else may.send_messages):
        raise SilencedHere("So I do not post there for you either. Nothing was posted.")
    if interaction.is_user_integration() and not interaction.is_guild_integration() and not may.use_external_apps:
        raise PrivateHere(
            "You brought me here yourself, and this channel does not let you use apps of your own for others to see. "
            "Nothing was posted."
        )
