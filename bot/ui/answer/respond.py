"""Answering an interaction: in one Discord call when the work is quick, by a defer and an edit when it is not.

The only code that touches `interaction.response`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from typing import Any

import discord

from bot.domain.site import PanelSite
from bot.ui.answer import waiting
from bot.ui.answer.courier import Courier, Send, unless_gone
from bot.ui.answer.latest import Latest
from bot.ui.parts.mentions import fill_mentions
from bot.ui.parts.screen import Screen
from bot.ui.parts.support import with_support

DEFER_AFTER = 1.5
"""Seconds after which an interaction is deferred; Discord's limit for a first answer is 3."""


class Reply:
    """The one answer to an interaction.

    `in_place` edits the message whose component was used; `public` defers where all can see it, for a public line.
    `late` are the seconds already gone when it came, `waits` is called when Discord has to be tried again, `asks` tells
    whether it is the panel that is waited for, and `support_url` is the page for who needs help.
    """

    def __init__(
        self,
        interaction: discord.Interaction,
        mentions: Mapping[str, str],
        latest: Latest,
        site: PanelSite,
        *,
        in_place: bool,
        may_defer: bool = True,
        public: bool = False,
        late: float = 0.0,
        waits: Callable[[], None] = lambda: None,
        asks: Callable[[], bool] = lambda: False,
        support_url: str | None = None,
    ) -> None:
        self.interaction = interaction
        self.message_id: int | None = None
        """The message that carries this answer, once it is shown."""
        self.covers = False
        """Whether an error may take the place of the message whose component was used."""
        self.again: str | None = None
        """The custom_id that does the same once more, where that only reads."""
        self.about: str | None = None
        """The identifier of the server it is about, where the component or the command names one."""
        self.typed = ""
        """What somebody typed into the form or the command that this answers, which a refusal gives back."""
        self.outcome = "done"
        """How it ended, in a word of a small set: done, bug, interrupted, or the name of an error's class."""
        self.asked: Reply | None = None
        """The answer that a public press is on, by whose token it is edited where this one's went to a waiting sign."""
        self._apart = False
        """Whether that message is a follow-up, neither the first answer nor the component's own."""
        self._mentions = mentions
        self._latest = latest
        self._site = site
        self._in_place = in_place
        self._public = public
        self._asks = asks
        self._support_url = support_url
        self._over: discord.Message | None = None
        """The message over whose picture it says that the panel is being asked."""
        self._courier = Courier(interaction, late=late, waits=waits)
        self._lock = asyncio.Lock()
        self._closed = False
        """Whether a waiting sign would come too late: the answer is on its way, or there will be none."""
        self._untold: Send | None = None
        """What is on its way, until it has arrived or cannot."""
        # Held, for the loop itself holds tasks only weakly.
        self._deferring: asyncio.Task[None] | None = None
        # A timer, for most answers are given before a task would be of use.
        self._defers_at = asyncio.get_running_loop().time() + max(DEFER_AFTER - late, 0)
        self._timer = asyncio.get_running_loop().call_at(self._defers_at, self._start_deferring)
        if not may_defer:
            self._timer.cancel()

    @property
    def times(self) -> tuple[float | None, float]:
        """Seconds from the interaction's making to the first answer, None if there is none, and until now."""
        return self._courier.acknowledged_after, self._courier.age

    @property
    def is_current(self) -> bool:
        """Whether this answer is shown, and no later action has used the message that carries it."""
        return self.message_id is not None and self._latest.is_current(self.message_id, self.interaction.id)

    @property
    def may_cover(self) -> bool:
        """Whether an error may take that message's place now: no later action has used it."""
        message = self.interaction.message
        return self.covers and message is not None and self._latest.is_current(message.id, self.interaction.id)

    def no_form_comes(self) -> None:
        """Let the first answer wait after all, where it was kept free for a form that will not be opened."""
        if self._timer.cancelled() and not self._closed:
            self._timer = asyncio.get_running_loop().call_at(self._defers_at, self._start_deferring)

    async def show(self, screen: Screen | str, *, fresh: bool = False, meanwhile: bool = False) -> None:
        """Send the screen, or put it in place of the message the component is on; `fresh` leaves that one alone.

        A bare text is for what is to be copied, and goes with `fresh`.
        Returns when it has arrived or cannot any more; `meanwhile` is for what a later one replaces, and is tried once.
        """
        target = self.interaction.message if self._in_place and not fresh else None
        tried = False

        async def put() -> None:
            nonlocal tried
            # Tried again it must not cover what a later action has shown there by now.
            covers = tried and target is not None and not self._latest.is_current(target.id, self.interaction.id)
            tried = True
            await self._put(screen, None if covers else target)

        await self._bring(put, once=meanwhile)

    async def correct(self, screen: Screen) -> None:
        """Put the screen in place of what this answer showed; in a message of its own if a later action used that."""
        await self._show_again(screen, self._follow_up)

    async def amend(self, screen: Screen) -> None:
        """Put the screen in place of what this answer showed, unless a later action has used that."""
        await self._show_again(screen, None)

    async def replace(self, screen: Screen) -> None:
        """Put the screen in place of what this answer showed, whoever has used that since."""
        await self._show_again(screen, self.rewrite)

    async def _show_again(self, screen: Screen, once_used: Callable[[Screen], Awaitable[None]] | None) -> None:
        async def put() -> None:
            async with self._writing(self.message_id), self._lock:
                if self.is_current and not await self._latest.used_elsewhere(self.interaction):
                    await self.rewrite(screen)
                elif once_used is not None:
                    await once_used(screen)

        await self._courier.bring(put)

    async def say_publicly(self, line: str) -> None:
        """Post one public line in the channel, once, as the answer to this press."""

        async def put() -> None:
            async with self._lock:
                if self._courier.answered:
                    # The waiting sign, or the line itself where Discord has it already.
                    await self.interaction.edit_original_response(content=line)
                else:
                    await self.interaction.response.send_message(line, ephemeral=False)

        await self._bring(put)

    async def open_form(self, form: discord.ui.Modal) -> None:
        """Open a form as the first answer; a form cannot follow a defer."""

        async def put() -> None:
            async with self._lock:
                if not self._courier.answered:
                    await self.interaction.response.send_modal(form)

        await self._bring(put)

    def close(self) -> None:
        """Stop the clock of the defer: the answer is on its way, was given elsewhere, or will not come."""
        self._timer.cancel()
        self._closed = True

    async def tell_after_all(self) -> bool:
        """Try once more to bring what was on its way when the bot was told to end; False if nothing was."""
        if self._untold is None:
            return False
        await self._courier.bring(self._untold, once=True)
        return True

    def _start_deferring(self) -> None:
        self._deferring = asyncio.create_task(self._courier.bring(self._defer), name="defer")

    async def _defer(self) -> None:
        message = self.interaction.message if self._in_place and not self._public else None
        async with self._writing(message.id if message else None), self._lock:
            if self._courier.answered or self._closed:
                return
            if not self._asks() or not await self._say_asking(message):
                thinking = self._public or not self._in_place
                await self.interaction.response.defer(ephemeral=not self._public, thinking=thinking)

    async def _say_asking(self, message: discord.Message | None) -> bool:
        """Answer first with that the panel is being asked; False where there is no place to say that.

        Post has none: all can see its answer, and the one line for the channel is the address. That costs no call more
        than a bare defer does.
        """
        response, began = self.interaction.response, self.interaction.created_at.timestamp()
        if self._public:
            return False
        if message is None:
            await response.send_message(**self._parts(waiting.asking(self._site, since=began)), ephemeral=True)
            return True
        picture = waiting.over(message, self._site)
        if picture is None or not self._latest.is_current(message.id, self.interaction.id):
            return False
        self._over = message
        self._latest.show(message.id, self.interaction.id)
        await response.edit_message(embed=picture)
        return True

    async def _uncover(self) -> None:
        """Take the words off the picture again where the answer is told beside it."""
        message = self._over
        if message is not None and self._latest.is_shown(message.id, self.interaction.id):
            with suppress(discord.NotFound):  # the person may have dismissed it
                await self.interaction.edit_original_response(embed=waiting.without(message))
        self._over = None

    async def _bring(self, put: Send, *, once: bool = False) -> None:
        if not once:
            self.close()
            self._untold = put
        await self._courier.bring(put, once=once)
        self._untold = None

    def _writing(self, message_id: int | None) -> AbstractAsyncContextManager[None]:
        return nullcontext() if message_id is None else self._latest.writing(message_id)

    async def _put(self, screen: Screen | str, target: discord.Message | None) -> None:
        """Show the screen on the target, in the first answer, or beside the component's message."""
        response, written = self.interaction.response, target or self._over
        async with self._writing(written.id if written else None), self._lock:
            if not self._courier.answered:
                if target is not None:
                    with unless_gone():
                        await response.edit_message(**self._parts(screen, edits=True))
                        self._shown_on(target.id)
                        return
                first = await response.send_message(**self._parts(screen), ephemeral=True)
                self._shown_on(first.message_id)
            elif not self._public and (target is not None or not self._in_place):
                await self.rewrite(screen)
            elif not (self._courier.in_doubt and await self._stands_beside()):
                if self._public:
                    with unless_gone():  # the waiting sign
                        await self.interaction.delete_original_response()
                if target is not None and self.asked is not None:
                    await self.asked.rewrite(screen)
                    self._shown_on(target.id)
                    return
                await self._uncover()
                await self._follow_up(screen)

    async def _stands_beside(self) -> bool:
        """Look up whether the first answer that Discord has is a message beside the component's, and not the defer."""
        original = await self.interaction.original_response()
        beside = self.interaction.message is None or original.id != self.interaction.message.id
        if beside:
            self._shown_on(original.id)
        return beside

    async def rewrite(self, screen: Screen | str) -> None:
        """Edit the message that carries this answer; where somebody removed it, answer with another."""
        parts = self._parts(screen, edits=True)
        with unless_gone():
            if self._apart and self.message_id is not None:
                await self.interaction.followup.edit_message(self.message_id, **parts)
                self._shown_on(self.message_id, apart=True)
            else:
                self._shown_on((await self.interaction.edit_original_response(**parts)).id)
            return
        await self._follow_up(screen)

    async def _follow_up(self, screen: Screen | str) -> None:
        """Send another message that only this person sees."""
        sent = await self.interaction.followup.send(**self._parts(screen), ephemeral=True, wait=True)
        self._shown_on(sent.id, apart=True)

    def _shown_on(self, message_id: int | None, *, apart: bool = False) -> None:
        self.message_id, self._apart = message_id, apart
        if message_id is not None:
            self._latest.show(message_id, self.interaction.id)

    def _parts(self, screen: Screen | str, *, edits: bool = False) -> dict[str, Any]:
        """Return the screen, or a bare text, as discord.py takes it, made anew for each call: a file is sent once."""
        if isinstance(screen, str):
            return {"content": screen}
        file = screen.file()
        return {
            "embed": fill_mentions(screen.embed, self._mentions, self._site),
            "view": with_support(screen, self._support_url).view(self._site),
            "attachments" if edits else "files": [file] if file else [],
        }
