"""Answering an interaction: in one Discord call when the work is quick, by a defer and an edit when it is not.

The only code that touches `interaction.response`.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext

import discord
from aiohttp import ClientError

from bot.ui.latest import Latest
from bot.ui.screen import Screen
from bot.ui.text import DESCRIPTION, clip

log = logging.getLogger(__name__)
DEFER_AFTER = 1.5
"""Seconds after an interaction's arrival from which it is deferred; Discord's limit for a first answer is 3."""
_GONE = {10062, 10015, 50027}
"""The person is gone or the token expired: nothing can be said any more."""
_MESSAGE_GONE = 10008
_ACKNOWLEDGED = 40060
"""Discord has the first answer, although it said, or the broken connection seemed to say, that it had not."""
_TRIES = 3
_COMMAND = re.compile(r"(?<!\\)\{/([a-z ]+)\}")


class Reply:
    """The one answer to an interaction; `in_place` edits the message whose component was used."""

    def __init__(
        self,
        interaction: discord.Interaction,
        mentions: Mapping[str, str],
        latest: Latest,
        *,
        in_place: bool,
        may_defer: bool = True,
    ) -> None:
        self.interaction = interaction
        self.message_id: int | None = None
        """The message that carries this answer, once it is shown."""
        self._apart = False
        """Whether that message is a follow-up, neither the first answer nor the component's own."""
        self._mentions = mentions
        self._latest = latest
        self._in_place = in_place
        self._acknowledged = False
        self._lock = asyncio.Lock()
        self._closed = False
        # Held, for the loop itself holds tasks only weakly.
        self._deferring: asyncio.Task[None] | None = None
        # A timer, for most answers are given before a task would be of use.
        self._timer = asyncio.get_running_loop().call_later(DEFER_AFTER, self._start_deferring)
        if not may_defer:
            self._timer.cancel()

    def _start_deferring(self) -> None:
        self._deferring = asyncio.create_task(self._defer(), name="defer")

    async def _defer(self) -> None:
        async with self._lock:
            if self._answered or self._closed:
                return
            await self._deliver(lambda: self.interaction.response.defer(ephemeral=True, thinking=not self._in_place))

    @property
    def _answered(self) -> bool:
        return self._acknowledged or self.interaction.response.is_done()

    @property
    def is_current(self) -> bool:
        """Whether this answer is shown, and no later action has used the message that carries it."""
        return self.message_id is not None and self._latest.is_current(self.message_id, self.interaction.id)

    async def show(self, screen: Screen, *, fresh: bool = False) -> None:
        """Send the screen, or put it in place of the message the component is on; `fresh` leaves that one alone."""
        in_place = self._in_place and not fresh
        on = self.interaction.message.id if in_place and self.interaction.message else None
        # In this order: while another write to the message is under way the clock of the defer runs on.
        async with self._writing(on), self._lock:
            self._timer.cancel()
            try:
                await self._deliver(lambda: self._send(screen, in_place=in_place), repeat=True)
            except discord.NotFound as problem:
                if problem.code != _MESSAGE_GONE or not self._in_place:
                    raise
                await self._deliver(lambda: self._send_anew(screen), repeat=True)

    async def correct(self, screen: Screen) -> None:
        """Put the screen in place of what this answer showed; in a message of its own if a later action used that."""
        async with self._writing(self.message_id), self._lock:
            if self.is_current:
                try:
                    await self._deliver(lambda: self._replace(screen), repeat=True)
                except discord.NotFound as problem:
                    if problem.code != _MESSAGE_GONE:
                        raise
                else:
                    return
            await self._deliver(lambda: self._send_anew(screen), repeat=True)

    def _writing(self, message_id: int | None) -> AbstractAsyncContextManager[None]:
        return nullcontext() if message_id is None else self._latest.writing(message_id)

    def _shown_on(self, message_id: int | None, *, apart: bool = False) -> None:
        self.message_id, self._apart = message_id, apart
        if message_id is not None:
            self._latest.note(message_id, self.interaction.id)

    async def say_publicly(self, line: str) -> None:
        """Post one public line in the channel, as the answer to this press."""
        async with self._lock:
            self._timer.cancel()
            if self._answered:
                await self._deliver(lambda: self.interaction.followup.send(line, ephemeral=False))
            else:
                await self._deliver(lambda: self.interaction.response.send_message(line, ephemeral=False))

    async def open_form(self, form: discord.ui.Modal) -> None:
        """Open a form as the first answer; a form cannot follow a defer."""
        async with self._lock:
            self._timer.cancel()
            await self._deliver(lambda: self.interaction.response.send_modal(form))

    def close(self) -> None:
        """Stop the clock of an answer that was given elsewhere or not at all."""
        self._timer.cancel()
        self._closed = True

    async def _deliver(self, send: Callable[[], Awaitable[object]], *, repeat: bool = False) -> None:
        """Send, again where the connection breaks; log what Discord does not take. Raises HTTPException for the rest.

        `repeat` is for what may be sent again when Discord already has an answer, as an edit of it then.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                await send()
            except (OSError, ClientError) as problem:
                if attempt == _TRIES or not repeat:
                    log.warning("Discord cannot be reached for %s: %s", self.interaction.id, type(problem).__name__)
            except discord.HTTPException as problem:
                if problem.code == _ACKNOWLEDGED and repeat and not self._acknowledged:
                    self._acknowledged = True
                    continue
                self._give_up(problem)
                return
            else:
                return

    def _give_up(self, problem: discord.HTTPException) -> None:
        """Note that something could not be said; raise the problem if it is of our own making."""
        if problem.code == _ACKNOWLEDGED:
            self._acknowledged = True
        elif problem.code in _GONE:
            log.info("Interaction %s can no longer be answered: %s", self.interaction.id, problem.code)
        elif problem.status == 429 or problem.status >= 500:
            log.warning("Discord did not take the answer to %s: HTTP %s", self.interaction.id, problem.status)
        else:
            raise problem

    async def _send(self, screen: Screen, *, in_place: bool) -> None:
        response = self.interaction.response
        embed = fill_mentions(screen.embed, self._mentions)
        view = screen.view()
        file = screen.file()
        files = [file] if file else []
        if self._answered:
            if self._in_place and not in_place:
                sent = await self.interaction.followup.send(
                    embed=embed, view=view, ephemeral=True, files=files, wait=True
                )
                self._shown_on(sent.id, apart=True)
            else:
                edited = await self.interaction.edit_original_response(embed=embed, view=view, attachments=files)
                self._shown_on(edited.id)
        elif in_place:
            await response.edit_message(embed=embed, view=view, attachments=files)
            self._shown_on(self.interaction.message.id if self.interaction.message else None)
        else:
            first = await response.send_message(embed=embed, view=view, ephemeral=True, files=files)
            self._shown_on(first.message_id)

    async def _send_anew(self, screen: Screen) -> None:
        """Answer with a message of its own, because the one it belongs on is gone or shows something else."""
        embed = fill_mentions(screen.embed, self._mentions)
        file = screen.file()
        files = [file] if file else []
        if self._answered:
            sent = await self.interaction.followup.send(
                embed=embed, view=screen.view(), ephemeral=True, files=files, wait=True
            )
            self._shown_on(sent.id, apart=True)
        else:
            first = await self.interaction.response.send_message(
                embed=embed, view=screen.view(), ephemeral=True, files=files
            )
            self._shown_on(first.message_id)

    async def _replace(self, screen: Screen) -> None:
        """Edit the message that carries this answer."""
        embed = fill_mentions(screen.embed, self._mentions)
        file = screen.file()
        files = [file] if file else []
        if self._apart and self.message_id is not None:
            await self.interaction.followup.edit_message(
                self.message_id, embed=embed, view=screen.view(), attachments=files
            )
        else:
            await self.interaction.edit_original_response(embed=embed, view=screen.view(), attachments=files)


def fill_mentions(embed: discord.Embed, mentions: Mapping[str, str]) -> discord.Embed:
    """Return the embed with `{/command}` turned into a clickable mention, or into plain text where none is known."""

    def mention(match: re.Match[str]) -> str:
        return mentions.get(match.group(1), f"`/{match.group(1)}`")

    if not embed.description or not _COMMAND.search(embed.description):
        return embed
    filled = embed.copy()
    filled.description = clip(_COMMAND.sub(mention, embed.description), DESCRIPTION)
    return filled
