"""Swapping the pasted key for one of the bot's own, and what becomes of the pasted one then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.domain.site import PanelSite
from bot.errors import BotError, NotLinked, Unlinked
from bot.front.router import Press
from bot.services.keys.accounts import Linked
from bot.services.keys.swap_errors import PastedNotDeleted, SwapFailed
from bot.services.keys.swapping import Step, Swapping, Tell
from bot.ui.answer.respond import Reply
from bot.ui.keys import account, swap
from bot.ui.parts.screen import Item

if TYPE_CHECKING:
    from bot.front.client import Bot

PAUSE = 1.0
"""Seconds before and between the steps that are told: a quick swap is told once it is done."""


class Keys(commands.Cog):
    """Answers the buttons about the key itself."""

    def __init__(self, bot: Bot) -> None:
        self._swapping = bot.services.swapping
        self._pasted = bot.services.pasted
        self._site = bot.site
        self._going_on = bot.going_on
        bot.router.on("swap.start", self.on_swap)
        bot.router.on("pasted.delete", self.on_delete)
        bot.router.on("pasted.keep", self.on_keep)

    async def on_swap(self, press: Press, reply: Reply) -> None:
        """Swap the pasted key for one of the bot's own."""
        await swap_key(press, reply, self._swapping, self._site, go_on=self._go_on(press))

    async def on_delete(self, press: Press, reply: Reply) -> None:
        """Delete the pasted key on the panel."""
        try:
            gone = await self._pasted.delete(press.user_id, press.id.text(0))
        except PastedNotDeleted as error:
            await reply.show(
                swap.pasted_not_deleted(error, owner=press.user_id, site=self._site, go_on=self._go_on(press))
            )
            return
        await reply.show(swap.pasted_gone(gone, owner=press.user_id, site=self._site, go_on=self._go_on(press)))

    async def on_keep(self, press: Press, reply: Reply) -> None:
        """Leave the pasted key where it is, and ask no more."""
        pasted = await self._pasted.keep(press.user_id, press.id.text(0))
        await reply.show(swap.pasted_kept(pasted, owner=press.user_id, site=self._site, go_on=self._go_on(press)))

    def _go_on(self, press: Press) -> Item | None:
        return self._going_on.on(press.interaction.message)


async def swap_key(
    press: Press,
    reply: Reply,
    swapping: Swapping,
    site: PanelSite,
    *,
    linked: Linked | None = None,
    go_on: Item | None = None,
) -> None:
    """Swap a key and show what came of it; below what `linked` tells, where the key was just linked.

    `go_on` leads to what they had asked for before.
    """
    user = press.user_id
    before = None if linked is None else account.linked(linked, owner=user, site=site, swap=False, go_on=go_on)
    tell = _telling(reply, swapping, site)
    try:
        result = await swapping.swap(user, press.interaction.user.name, tell=tell)
    except SwapFailed as error:
        await reply.show(swap.failed(error, owner=user, site=site, linked=before, go_on=go_on))
        return
    except (NotLinked, Unlinked):
        raise
    except BotError as error:
        if before is None:
            raise
        # The link is stored whatever became of the swap: that is what they asked for.
        await reply.show(swap.not_begun(error, before, owner=user, site=site))
        return
    told = None if linked is None else account.whose(linked, site)
    by_hand = linked is not None and account.names_a_key(linked)
    await reply.show(swap.swapped(result, owner=user, site=site, linked=told, by_hand=by_hand, go_on=go_on))


def _telling(reply: Reply, swapping: Swapping, site: PanelSite) -> Tell:
    clock = asyncio.get_running_loop().time
    told = clock()

    async def tell(step: Step) -> None:
        nonlocal told
        if clock() - told >= PAUSE:
            told = clock()
            await reply.show(swap.progress(step, swapping.steps, site), meanwhile=True)

    return tell
