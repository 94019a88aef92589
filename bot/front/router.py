"""From a pressed component or a submitted form to the method that answers it, by custom_id.

Everything goes through here, whether the message is from this process or from one before it: discord.py keeps no view
of ours (an exception in a DynamicItem would never be answered, and forms of an earlier process would be dropped).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.errors import BotError, NotYours, Outdated
from bot.front import again
from bot.front.answering import VERB, answering
from bot.front.claiming import Elsewhere, let_in
from bot.front.host import host_of
from bot.log import of_interaction
from bot.ui.answer.respond import Reply
from bot.ui.forms import typed_in
from bot.ui.parts import ids
from bot.ui.parts.ids import ComponentId
from bot.ui.parts.screen import Screen

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Press:
    """A press, a choice or a submission by the person the component belongs to."""

    interaction: discord.Interaction
    id: ComponentId
    values: tuple[str, ...]
    fields: dict[str, str] = field(repr=False)

    @property
    def user_id(self) -> int:
        """Who pressed; the same as the owner in the custom_id."""
        return self.interaction.user.id

    @property
    def chosen(self) -> str:
        """The value chosen in a select; raises Outdated if there is none."""
        if not self.values:
            raise Outdated
        return self.values[0]

    @property
    def chosen_number(self) -> int:
        """The number chosen in a select; raises Outdated if it is none."""
        text = self.chosen
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise Outdated
        return int(text)


Handler = Callable[[Press, Reply], Awaitable[None]]
About = Callable[[Press], str | None]
"""Returns the server that a press is about, where its custom_id carries one."""
Redraw = Callable[[Press, BotError, str], Awaitable[Screen | None]]
"""Returns the picture on a message as it is now with an error on top, and below that what was typed into a form.

None where the error is all that is known.
"""


class Router:
    """Knows every verb of a custom_id and calls its handler inside the funnel."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._openers: set[str] = set()
        self._public: set[str] = set()
        self._stays: set[str] = set()
        self.redraw: Redraw = _nothing
        self.about: About = _of_none

    @property
    def verbs(self) -> frozenset[str]:
        """The verbs that have a handler."""
        return frozenset(self._handlers)

    def on(
        self, verb: str, handler: Handler, *, opens_form: bool = False, public: bool = False, stays: bool = False
    ) -> None:
        """Register the handler of a verb; `opens_form` ones must answer with a form, `public` ones with a line.

        A message that `stays` is left as it is by an error, which is told beside it; where it is of no use any more,
        the handler says so by `covers` on the reply.
        """
        if verb in self._handlers:
            raise ValueError(f"two handlers for {verb}")
        self._handlers[verb] = handler
        if opens_form:
            self._openers.add(verb)
        if public:
            self._public.add(verb)
        if stays:
            self._stays.add(verb)

    async def dispatch(self, interaction: discord.Interaction) -> None:
        """Answer a component or form of ours; anything else is left alone."""
        if interaction.type not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            return
        data: dict[str, Any] = dict(interaction.data or {})
        values = tuple(str(value).partition(ids.MARK)[0] for value in data.get("values", ()))
        custom_id, values = again.unfolded(str(data.get("custom_id", "")), values)
        if not ids.is_ours(custom_id) or not host_of(interaction).work.first_time(interaction.id):
            return
        verb = custom_id.split(":")[1]
        known = verb in self._handlers
        said = verb if known else "of no verb I know"
        log.debug("Interaction %s: %s", interaction.id, said, extra=of_interaction(interaction.id))
        interaction.extras[VERB] = verb if known else "unknown"
        in_place = interaction.message is not None
        try:
            rejection = await let_in(interaction)
        except Elsewhere:
            return
        opens_form, public = verb in self._openers, verb in self._public
        async with answering(interaction, in_place=in_place, opens_form=opens_form, public=public) as reply:
            fields = _fields(data.get("components", ()))
            reply.typed = typed_in(fields)
            try:
                press = self._press(interaction, custom_id, values, fields)
            except BotError as problem:
                if rejection is None and isinstance(problem, Outdated):
                    self._takes(interaction, reply, verb)
                raise rejection or problem from None
            reply.about = self.about(press)
            reply.again = again.of_press(press.id, values, press.fields)
            if rejection is not None:
                raise rejection
            self._takes(interaction, reply, verb)
            handler = self._handlers[verb]
            try:
                await handler(press, reply)
            except BotError as error:
                await self._redrawn(press, reply, error)

    def _press(
        self, interaction: discord.Interaction, custom_id: str, values: tuple[str, ...], fields: dict[str, str]
    ) -> Press:
        """Return what was pressed; raise Outdated for what no version of this one made, NotYours for others'."""
        component = ids.parse(custom_id)
        if component.verb not in self._handlers:
            raise Outdated
        if component.owner != interaction.user.id:
            raise NotYours
        return Press(interaction, component, values, fields)

    def _takes(self, interaction: discord.Interaction, reply: Reply, verb: str) -> None:
        """Take note that the message was used, whose place an error then takes, so that no old buttons are left.

        What is not let in has not used it: nothing was asked or done, so the picture is as true as it was and each of
        its buttons works as before, and the answer to an earlier press, or to a later one, may be about to come there.
        Why it was not let in is told beside that, with **Try again** for what only reads.
        """
        if interaction.message is not None:
            host_of(interaction).latest.note(interaction.message.id, interaction.id)
            reply.covers = verb not in self._stays

    async def _redrawn(self, press: Press, reply: Reply, error: BotError) -> None:
        """Show the message of a press as it is now with the error on top, or raise the error for the funnel."""
        reply.no_form_comes()
        screen = await self.redraw(press, error, reply.typed) if reply.may_cover else None
        if screen is None or not reply.may_cover:
            raise error
        reply.outcome = type(error).__name__
        log.info("Interaction %s: %s", press.interaction.id, reply.outcome, extra=of_interaction(press.interaction.id))
        await reply.show(screen)


def _of_none(_: Press) -> str | None:
    return None


async def _nothing(_: Press, __: BotError, ___: str) -> None:
    return None


def _fields(components: Any) -> dict[str, str]:
    """Return the values of a submitted form's text inputs, by the name before the mark in their custom_id."""
    found: dict[str, str] = {}
    for part in components:
        for inner in (part.get("component"), *part.get("components", ())):
            if inner and "value" in inner:
                found[str(inner["custom_id"]).partition(ids.MARK)[0]] = inner["value"] or ""
    return found
