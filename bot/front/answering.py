"""The one funnel for everything that can go wrong while an interaction is answered."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from bot.domain.asking import counting
from bot.domain.lookup import as_identifier
from bot.errors import BotError, HandedOver, Interrupted, NotLinked, ReachedLate
from bot.front import again
from bot.front.host import host_of
from bot.front.punctual import TOO_LATE, clock, made
from bot.front.reminding import remind
from bot.log import of_interaction
from bot.nextstep import WAITING
from bot.ui.answer.respond import Reply
from bot.ui.errors import Around, of_bug, of_error

log = logging.getLogger(__name__)


LATE = "late"
"""Where an interaction carries how late it came."""
_REPLY = "reply"
"""Where it carries what answers it."""


_TEXT_OF = {"allocations notes": "text", "allocations create": "notes", "allocations address": "name"}
"""The options of commands that hold a text of a person's own."""
VERB = "verb"
"""Where it carries what its component does."""


def arrived(interaction: discord.Interaction) -> float:
    """Take note of when an interaction came; return how many seconds longer than others it was on its way."""
    late = host_of(interaction).punctual.late(made(interaction.id), at=clock())
    interaction.extras[LATE] = late
    return late


def rejected(interaction: discord.Interaction) -> BotError | None:
    """Count an action that has arrived; return why it is not taken, or None if it is."""
    late = arrived(interaction)
    try:
        host_of(interaction).work.admit(interaction.user.id)
    except BotError as refusal:
        return refusal
    return ReachedLate(late) if late > TOO_LATE else None


@asynccontextmanager
async def answering(
    interaction: discord.Interaction, *, in_place: bool = False, opens_form: bool = False, public: bool = False
) -> AsyncIterator[Reply]:
    """Yield the reply to an interaction and turn every exception in the block into an answer.

    `in_place` edits the message whose component was used; `opens_form` keeps the first answer free for a form, and
    `public` for a line that all see. Within another such block it yields the reply of that one.
    """
    outer: Reply | None = interaction.extras.get(_REPLY)
    if outer is not None:
        yield outer
        return
    host, asked = host_of(interaction), counting()
    with host.work.piece(interaction.user.id) as piece:
        reply = Reply(
            interaction,
            host.mentions,
            host.latest,
            host.site,
            in_place=in_place,
            may_defer=not opens_form,
            public=public,
            late=interaction.extras.get(LATE, 0.0),
            waits=piece.over,
            asks=lambda: asked.under_way > 0,
            support_url=host.support_url,
        )
        reply.typed = _typed(interaction)
        interaction.extras[_REPLY] = reply
        try:
            yield reply
        except BotError as error:
            reply.outcome = type(error).__name__
            log.info("Interaction %s: %s", interaction.id, reply.outcome, extra=of_interaction(interaction.id))
            await _show(reply, error, interaction)
        except asyncio.CancelledError:
            reply.outcome = "interrupted"
            if host.work.interrupted and not await reply.tell_after_all():
                await _show(reply, HandedOver() if host.work.handed_over else Interrupted(), interaction)
            raise
        except Exception as bug:
            await report_bug(reply, bug, interaction)
        finally:
            reply.close()
            acknowledged, seconds = reply.times
            host.observer.interaction(_verb(interaction), reply.outcome, acknowledged=acknowledged, seconds=seconds)
            host.services.fleet.claims.over(interaction.id)
            if reply.message_id is not None:
                remind(interaction)


def _verb(interaction: discord.Interaction) -> str:
    """Return what an interaction is, in a word of a small set: a command's name, or what a component does."""
    command = interaction.command
    return str(interaction.extras.get(VERB) or (command.qualified_name if command else "unknown"))


def _typed(interaction: discord.Interaction) -> str:
    """Return the text that somebody wrote into a command, which Discord does not keep once it is sent."""
    option = _TEXT_OF.get(interaction.command.qualified_name) if interaction.command else None
    return str(getattr(interaction.namespace, option, None) or "") if option else ""


def _server_typed(interaction: discord.Interaction) -> str | None:
    """Return the server of a command where its option holds an identifier, as it does if a suggestion was taken."""
    typed = getattr(interaction.namespace, "server", None) if interaction.command else None
    return as_identifier(str(typed)) if typed else None


def _around(interaction: discord.Interaction, about: str | None, *, again: str | None = None) -> Around:
    """Return what an action was around: the server it was about, or that its command names."""
    host, user, server = host_of(interaction), interaction.user.id, about or _server_typed(interaction)
    name = host.services.directory.name_of(user, server) if server else None
    return Around(user, host.site, again=again, server=server, name=name)


async def _show(reply: Reply, error: BotError, interaction: discord.Interaction) -> None:
    reply.no_form_comes()
    try:
        repeats = reply.again or again.of_command(interaction)
        if isinstance(error, NotLinked) and repeats is not None:
            host_of(interaction).going_on.note(interaction.user.id, repeats)
        around = _around(interaction, error.about or reply.about, again=repeats)
        # What waits for something else to be answered leaves the message to that.
        beside = not reply.may_cover or error.next_step in WAITING
        await reply.show(of_error(error, around, reply.typed), fresh=beside)
    except Exception as bug:
        await report_bug(reply, bug, interaction)


async def report_bug(reply: Reply, bug: Exception, interaction: discord.Interaction) -> None:
    """Log a bug under a new 8-character reference and tell the person that reference."""
    reference, reply.outcome = secrets.token_hex(4), "bug"
    fields = {"reference": reference, **of_interaction(interaction.id)}
    host_of(interaction).observer.bug()
    log.error("Bug %s while answering interaction %s", reference, interaction.id, exc_info=bug, extra=fields)
    screen = of_bug(reference, _around(interaction, reply.about), reply.typed)
    try:
        await reply.show(screen, fresh=not reply.may_cover)
    except discord.HTTPException as problem:
        why = problem.status, problem.code
        log.warning("Bug %s could not be told to the person: HTTP %s, code %s", reference, *why, extra=fields)
