"""What a message shows after an error: what it is about, as it is now, with the error on top."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.domain.lookup import as_identifier
from bot.domain.models import GameServer
from bot.errors import (
    BotError,
    LinkUnreadable,
    NotLinked,
    OwnDatabaseFailed,
    OwnDatabaseSilent,
    OwnDatabaseUnreadable,
    Restarting,
    Unlinked,
)
from bot.front.again import of_press
from bot.front.router import Press
from bot.nextstep import NextStep
from bot.panel.errors import NoServerOrPort, PanelTrouble, ServerNotFound
from bot.ui import manage, port
from bot.ui.errors import Around, notice_of, unseen, way_on
from bot.ui.forms import NOTES_FIELD
from bot.ui.notices import Notice
from bot.ui.rows import page_with
from bot.ui.screen import Screen, on_top

if TYPE_CHECKING:
    from bot.front.client import Bot

READ_WITHIN = 5.0
"""Seconds the panel gets to tell what the server holds now, before that is said not to be known."""
_NOTHING_TO_READ = (
    *(NotLinked, LinkUnreadable, Unlinked, Restarting),
    *(OwnDatabaseFailed, OwnDatabaseSilent, OwnDatabaseUnreadable),
    PanelTrouble,
)
"""After these a read would fail as well, or has just failed."""
_ALONE = frozenset({NextStep.LINK, NextStep.ACCOUNT, NextStep.CHANGES, NextStep.WAIT})
"""What these lead to has nothing to do with the server of the message."""
_OF_ONE = frozenset({"alloc.primary", "alloc.notes", "alloc.ask", "alloc.delete", "notes.submit"})
"""What is pressed on the page of one allocation, or asked from there."""
_WITH_PAGE = frozenset({"alloc.list", "alloc.share"})
"""What carries the number of a page after the server, where others carry an allocation."""
_ROW = 4
"""The row of the buttons that do what the error advises, below those of the picture."""


class Redrawing(commands.Cog):
    """Puts errors on top of the server's list or allocation that the press was on."""

    def __init__(self, bot: Bot) -> None:
        self._site = bot.site
        self._services = bot.services
        bot.router.redraw = self.redraw

    async def redraw(self, press: Press, error: BotError) -> Screen | None:
        """Return the press's message with the error on top; None for an error that is told by itself."""
        server = server_of(press)
        if server is None or error.next_step in _ALONE or _is_gone(error):
            return None
        error.about = server
        around = Around(press.user_id, self._site, again=of_press(press.id, press.values), server=server)
        now, typed = await self._now(press.user_id, server, error), press.fields.get(NOTES_FIELD, "")
        if now is None:
            return unseen(error, around, typed)
        picture = self._picture(press, now, notice_of(error, typed))
        # The picture itself is what an error advises to look at; what else it advises gets a button.
        more = [] if _shows(error, around) else way_on(error, around)
        there = {item.payload.get("custom_id") for item in picture.items}
        added = [replace(item, row=_ROW) for item in more if item.payload.get("custom_id", "a link") not in there]
        return replace(picture, items=[*picture.items, *added])

    async def _now(self, user: int, server: str, error: BotError) -> GameServer | None:
        if isinstance(error, _NOTHING_TO_READ):
            return None
        try:
            async with asyncio.timeout(READ_WITHIN):
                return await self._services.allocations.view(user, server)
        except (BotError, TimeoutError):
            return None

    def _picture(self, press: Press, now: GameServer, notice: Notice) -> Screen:
        """Return the page that the press was on as it is now, with what went wrong on top."""
        user = press.user_id
        number = _allocation_of(press)
        row = None if number is None else now.allocation(number)
        if row is not None and press.id.verb in _OF_ONE:
            return on_top(port.detail(now, row, owner=user), notice.text, notice.tone)
        return manage.panel(
            now,
            owner=user,
            page=page_with(now.allocations, number, otherwise=_page(press)),
            notice=notice,
            offers=self._services.offers(now),
        )


def _shows(error: BotError, around: Around) -> bool:
    """Tell whether what the error advises is to look at what the message shows anyway."""
    if error.next_step is NextStep.TRY_AGAIN:
        return around.again is None
    return error.next_step is NextStep.ALLOCATIONS


def _is_gone(error: BotError) -> bool:
    """Tell whether the panel has just said that there is no such server to show."""
    return isinstance(error, ServerNotFound) and not isinstance(error, NoServerOrPort)


def server_of(press: Press) -> str | None:
    """Return the server whose list or allocation the press was on, or was to be shown on."""
    room, args = press.id.verb.partition(".")[0], press.id.args
    if room in ("alloc", "notes", "pick", "find") and args:
        return as_identifier(args[0])
    if press.id.verb == "history.undo" and len(args) > 1:
        return as_identifier(args[1])
    if press.id.verb in ("create.pick", "servers.open", "servers.pick") and press.values:
        return as_identifier(press.values[0])
    return None


def _allocation_of(press: Press) -> int | None:
    """Return the allocation that the press was about, if it was about one."""
    if press.id.verb in _WITH_PAGE or press.id.verb == "alloc.add":
        return None
    if press.values:
        return int(press.values[0]) if press.values[0].isdecimal() else None
    return _number(press, 1)


def _page(press: Press) -> int:
    return _number(press, 1 if press.id.verb in _WITH_PAGE or press.values else 2) or 0


def _number(press: Press, index: int) -> int | None:
    try:
        return press.id.number(index)
    except BotError:
        return None
