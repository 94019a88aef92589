"""What a message shows after an error: what it is about, as it is now, with the error on top."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.cogs.planned import PLANNED, UntoldInTime, plan_after, still_leading_on
from bot.domain.lookup import as_identifier
from bot.domain.models import GameServer
from bot.domain.search import found
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
from bot.nextstep import WAITING, NextStep
from bot.panel.errors import NoServerOrPort, PanelTrouble, ServerNotFound
from bot.ui.address import joining
from bot.ui.errors import Around, notice_of, of_error, unseen, way_on
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, on_top
from bot.ui.ports import finding, manage, port
from bot.ui.ports.conflict import yours_in
from bot.ui.ports.notices import Notice
from bot.ui.ports.rows import page_with
from bot.ui.servers import which_server

if TYPE_CHECKING:
    from bot.front.client import Bot

READ_WITHIN = 5.0
"""Seconds the panel gets to tell what the server holds now, before that is said not to be known."""
_NOTHING_TO_READ = (
    *(NotLinked, LinkUnreadable, Unlinked, Restarting),
    *(OwnDatabaseFailed, OwnDatabaseSilent, OwnDatabaseUnreadable),
    *(PanelTrouble, UntoldInTime),
)
"""After these a read would fail as well, or has just failed."""
_ALONE = WAITING | {NextStep.LINK, NextStep.ACCOUNT, NextStep.ACCOUNT_AND_KEYS, NextStep.CHANGES}
"""What these lead to has nothing to do with the server of the message."""
_QUESTION = frozenset({"notes.save", "notes.edit"})
"""The answers to the question whose notes stay, on a message with the person's own text."""
_OF_ONE = _QUESTION | {
    *("alloc.primary", "alloc.promote", "alloc.notes", "alloc.ask", "alloc.delete", "alloc.copy"),
    *("notes.submit", "check.ask"),
}
"""What is pressed on the page of one allocation, or asked from there, and carries it after the server."""
_ALLOCATION_AT = dict.fromkeys((*_OF_ONE, "alloc.show"), 1)
_PAGE_AT = {
    **dict.fromkeys(("alloc.list", "alloc.share", "alloc.pick", "share.post"), 1),
    **dict.fromkeys(("alloc.show", "alloc.notes", "alloc.ask", "alloc.delete", "alloc.add", "alloc.copy"), 2),
}
"""Where a custom_id carries an allocation, and a page of the list; in others there may be random digits."""
_SERVER_AT = {
    **dict.fromkeys(("alloc", "notes", "pick", "find", "power", "join", "share", "several", "check"), 0),
    **dict.fromkeys(("history.undo", "several.go", "several.stop"), 1),
}
"""Where the custom_ids of a kind, or one, carry the server."""
_CHOSEN = frozenset(
    {
        *("create.pick", "servers.open", "servers.pick", "find.pick"),
        *("named.notes", "named.form", "named.primary", "named.delete", "named.join", "named.address"),
    }
)
"""What goes on with a chosen server, or with one that was meant, which a button carries as its last part."""
_ON_ITS_NAME = frozenset({which_server.ADDRESS, which_server.NAME})
"""What leads, once a server is chosen, to the page of the name that its players type."""
_ROW = 4
"""The row of the buttons that do what the error advises, below those of the picture."""


class Redrawing(commands.Cog):
    """Puts errors on top of the server's list or allocation that the press was on."""

    def __init__(self, bot: Bot) -> None:
        self._site = bot.site
        self._services = bot.services
        bot.router.redraw = self.redraw
        bot.router.about = server_of

    async def redraw(self, press: Press, error: BotError, typed: str) -> Screen | None:
        """Return the press's message with the error on top, and what was `typed`; None for one told by itself."""
        server = server_of(press)
        if server is None:
            return None
        error.about = server
        if error.next_step in _ALONE:
            return None
        again = of_press(press.id, press.values, press.fields)
        name = self._services.directory.name_of(press.user_id, server)
        around = Around(press.user_id, self._site, again=again, server=server, name=name)
        typed = typed or _typed_before(press)
        if _is_gone(error):
            return of_error(error, around, typed)
        notice = notice_of(error, typed)
        try:
            picture = await self._plan(press, notice)
        except OwnDatabaseUnreadable:
            return still_leading_on(unseen(error, around, typed), press)
        if picture is None:
            now = await self._now(press.user_id, server, error)
            if now is None:
                return unseen(error, around, typed)
            picture = await self._picture(press, now, notice)
        # The picture itself is what there is to look at; what else an error advises gets a button.
        more = [item for item in way_on(error, around) if not ids.does(item.payload.get("custom_id", ""), "alloc.list")]
        there = [_leads_to(item) for item in picture.items]
        added = [replace(item, row=_ROW) for item in more if _leads_to(item) not in there]
        return replace(picture, items=[*picture.items, *added])

    async def _now(self, user: int, server: str, error: BotError) -> GameServer | None:
        if isinstance(error, _NOTHING_TO_READ):
            return None
        try:
            async with asyncio.timeout(READ_WITHIN):
                return await self._services.allocations.view(user, server)
        except (BotError, TimeoutError):
            return None

    async def _plan(self, press: Press, notice: Notice) -> Screen | None:
        """Return the plan that the press was about with what went wrong on top: its message alone leads on with it."""
        if press.id.verb not in PLANNED:
            return None
        plan = await plan_after(press, self._services, self._site)
        return None if plan is None else on_top(plan, notice.text, notice.tone)

    async def _picture(self, press: Press, now: GameServer, notice: Notice) -> Screen:
        """Return the page that the press was on as it is now, with what went wrong on top."""
        user = press.user_id
        if press.id.verb.startswith("join.") or press.id.verb in _ON_ITS_NAME:
            return joining.page(now, owner=user, looks_up=self._services.joining.looks_up, notice=notice)
        number, sought = _allocation_of(press), _sought(press)
        listed = found(now, sought)
        row = None if number is None else now.allocation(number)
        if row is not None and press.id.verb in _OF_ONE:
            lately = await self._services.power.lately(user, now, row)
            shown = port.detail(now, row, owner=user, check=self._services.checking.offered, lately=lately)
            return on_top(shown, notice.text, notice.tone)
        return manage.panel(
            now,
            owner=user,
            page=page_with(listed, number, otherwise=_number(press, _PAGE_AT.get(press.id.verb)) or 0),
            notice=notice,
            offers=self._services.offers(now),
            sought=sought,
        )


def _leads_to(item: Item) -> str:
    return str(item.payload.get("custom_id") or item.payload.get("url"))


def _is_gone(error: BotError) -> bool:
    """Tell whether the panel has just said that there is no such server to show."""
    return isinstance(error, ServerNotFound) and not isinstance(error, NoServerOrPort)


def server_of(press: Press) -> str | None:
    """Return the server whose list or allocation the press was on, or was to be shown on."""
    verb, args = press.id.verb, press.id.args
    if verb in _CHOSEN:
        meant = press.values[:1] or args[-1:]
        return as_identifier(meant[0]) if meant else None
    at = _SERVER_AT.get(verb, _SERVER_AT.get(verb.partition(".")[0]))
    return as_identifier(args[at]) if at is not None and len(args) > at else None


def _allocation_of(press: Press) -> int | None:
    """Return the allocation that the press was about, if it was about one."""
    if press.values:
        of_one = press.id.verb == "alloc.pick" or press.id.verb.startswith("pick.")
        return int(press.values[0]) if of_one and press.values[0].isdecimal() else None
    return _number(press, _ALLOCATION_AT.get(press.id.verb))


def _sought(press: Press) -> str:
    """Return the words that the list was narrowed by, or was to be."""
    verb, args = press.id.verb, press.id.args
    if verb == finding.SUBMIT:
        return ids.packable(press.fields.get(finding.FIELD, ""))
    # The last argument of a select is the mark of its drawing.
    packed = {"alloc.list": args[2:3], "alloc.pick": args[2:-1], finding.PICK: args[1:-1]}.get(verb, ())
    try:
        return ids.unpack(packed[0]) if packed else ""
    except BotError:
        return ""


def _typed_before(press: Press) -> str:
    """Return what was typed into a form before and stands on the message, which an error is not to lose."""
    return yours_in(press.interaction.message) if press.id.verb in _QUESTION else ""


def _number(press: Press, index: int | None) -> int | None:
    try:
        return None if index is None else press.id.number(index)
    except BotError:
        return None
