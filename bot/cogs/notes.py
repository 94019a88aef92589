"""The notes form: opening it with what the panel holds, saving it, and asking where somebody else wrote meanwhile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.cogs.drafts import Draft, draft_of, editable
from bot.cogs.manage import server_in
from bot.cogs.outcome import looking, show_change
from bot.cogs.picking import offering
from bot.errors import BotError, DraftForgotten, Outdated
from bot.front.router import Press
from bot.panel.errors import PANEL_SIDE, AllocationNotFound, PanelSlow, ServerNotFound
from bot.services.bundle import Services
from bot.services.changing.overwriting import UNSEEN, NotesChanged, unless_changed
from bot.services.servers.meant import row_of
from bot.ui.answer.respond import Reply
from bot.ui.forms import NOTES_FIELD, draft_notes_form, prefilled_notes_form, unread_notes_form
from bot.ui.ports import which
from bot.ui.ports.conflict import conflict

if TYPE_CHECKING:
    from bot.front.client import Bot

PREFILL_WITHIN = 1.8
"""Seconds the panel gets to prefill a form; a form must be Discord's first answer, within 3."""
_SETTLED = (DraftForgotten, AllocationNotFound, ServerNotFound)
"""After these the buttons of the question whose notes stay can only fail."""
_NUMBER = re.compile(r"(#?)([0-9]{1,15})")
"""A number as it is typed for an allocation: with the sign it is an id, and there is nothing to look up."""


class Notes(commands.Cog):
    """Answers the notes form and the question whose notes stay."""

    def __init__(self, bot: Bot) -> None:
        self._services = bot.services
        self._allocations = bot.services.allocations
        bot.router.on("alloc.notes", self.on_notes, opens_form=True)
        bot.router.on(which.FORM, self.on_picked, opens_form=True)
        bot.router.on(which.TYPED, self.on_typed_picked)
        bot.router.on("notes.submit", self.on_submitted)
        bot.router.on("notes.typed", self.on_typed_submitted)
        bot.router.on("notes.save", self.on_save_mine, stays=True)
        bot.router.on("notes.edit", self.on_edit_again, opens_form=True, stays=True)

    async def on_notes(self, press: Press, reply: Reply) -> None:
        """Open the form with the notes as the panel has them, or without them if it does not tell in time."""
        await self._open(press, reply, press.id.number(1))

    async def on_picked(self, press: Press, reply: Reply) -> None:
        """Open the form for the allocation chosen from those that fit."""
        await self._open(press, reply, press.chosen_number)

    async def _open(self, press: Press, reply: Reply, allocation: int) -> None:
        server = server_in(press)
        try:
            async with asyncio.timeout(PREFILL_WITHIN):
                now = await self._allocations.view(press.user_id, server)
        except TimeoutError:
            known = self._services.directory.remembered(press.user_id, server)
            await reply.open_form(unread_notes_form(press.user_id, server, allocation, known=known))
            return
        await reply.open_form(prefilled_notes_form(press.user_id, now, row_of(now, allocation)))

    async def on_submitted(self, press: Press, reply: Reply) -> None:
        """Save the notes from the form."""
        await self._save(press, reply, press.id.number(1), _entered(press), seen=_seen(press))

    async def on_typed_submitted(self, press: Press, reply: Reply) -> None:
        """Save the notes of an allocation that was typed but could not be looked up before the form opened."""
        text, user = _entered(press), press.user_id
        async with offering(reply, which.TYPED, user=user, keep=lambda: self._services.kept.keep(user, text)):
            await self._save(press, reply, press.id.text(1), text, seen=_seen(press))

    async def on_typed_picked(self, press: Press, reply: Reply) -> None:
        """Save the notes from that form for the allocation chosen from those that fit."""
        text = reply.typed = await self._services.kept.of(press.user_id, press.id.text(1))
        await self._save(press, reply, press.chosen_number, text, seen=UNSEEN)

    async def on_save_mine(self, press: Press, reply: Reply) -> None:
        """Save the person's own text over the one they were shown; ask again if that is no longer the one."""
        with _asked(reply):
            text = (await draft_of(self._services, press.user_id, press.id.text(3))).text
            await self._save(press, reply, press.id.number(1), text, seen=press.id.text(2))

    async def on_edit_again(self, press: Press, reply: Reply) -> None:
        """Open the form with the person's own text."""
        with _asked(reply):
            draft = await draft_of(self._services, press.user_id, press.id.text(3))
        await reply.open_form(
            draft_notes_form(
                press.user_id,
                server_in(press),
                press.id.number(1),
                address=draft.address,
                text=draft.text,
                seen=press.id.text(2),
                limit=draft.limit,
            )
        )

    async def _save(self, press: Press, reply: Reply, allocation: int | str, text: str, *, seen: str) -> None:
        user, server = press.user_id, server_in(press)
        try:
            async with editable(self._services, user, server, allocation, text, seen=seen):
                change = await self._allocations.set_notes(
                    user,
                    server,
                    allocation,
                    text,
                    provided=unless_changed(allocation, text, seen=seen),
                    tell=looking(reply),
                )
        except NotesChanged as other:
            token = await Draft(text, other.row.address, other.server.notes_limit).keep(self._services, user)
            await reply.show(conflict(other.server, other.row, owner=user, mine=text, token=token, unseen=other.unseen))
            return
        await show_change(reply, self._services, change, user=user, server=server)


@contextmanager
def _asked(reply: Reply) -> Iterator[None]:
    """Leave the question with both texts to be answered after an error, which is told beside it, while it can be."""
    try:
        yield
    except _SETTLED:
        reply.covers = True
        raise


async def notes_form_for(services: Services, user: int, server: str, allocation: str) -> discord.ui.Modal:
    """Return the form for a server and an allocation as typed; without the current notes if they are not told in time.

    Raises PanelSlow where what was typed cannot be found without the panel.
    """
    identifier = services.directory.identifier_in(server)
    try:
        async with asyncio.timeout(PREFILL_WITHIN):
            identifier = await services.directory.named(user, server)
            now = await services.allocations.view(user, identifier)
    except TimeoutError:
        number = _NUMBER.fullmatch(allocation.strip())
        if identifier and number:
            known = services.directory.remembered(user, identifier)
            return unread_notes_form(user, identifier, int(number[2]), known=known, typed=not number[1])
        raise PanelSlow(
            "It did not tell me in time which port you mean.",
            advice=f"Try again, or give the notes in the command's `text` option. {PANEL_SIDE}",
        ) from None
    try:
        row = row_of(now, allocation, unseen=True)
    except BotError as unknown:
        unknown.about = identifier
        raise
    return prefilled_notes_form(user, now, row)


def _entered(press: Press) -> str:
    try:
        return press.fields[NOTES_FIELD]
    except KeyError:
        raise Outdated from None


def _seen(press: Press) -> str:
    """Return the mark of the notes the form was filled with; forms of an earlier version carry none."""
    return press.id.args[2] if len(press.id.args) > 2 else UNSEEN
