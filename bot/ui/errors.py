"""Telling a person what went wrong: what happened, whose side it is on, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.domain.site import PanelSite
from bot.errors import BotError, NotLinked
from bot.nextstep import NextStep
from bot.ui import ids
from bot.ui.history import ALL
from bot.ui.keyspage import CREATE_KEY, SEE_KEYS, first_step, link_buttons
from bot.ui.screen import Item, Screen, Tone, button, detail_of, embed
from bot.ui.text import code, safe, when


@dataclass(frozen=True, slots=True)
class Around:
    """What an error happened around, as far as it is known: where its next step leads."""

    owner: int
    site: PanelSite
    again: str | None = None
    """The custom_id that does the same once more, where that only reads."""
    server: str | None = None
    """The identifier of the server it was about."""


def of_error(error: BotError, around: Around) -> Screen:
    """Return the message for an expected error, with the buttons that do what it advises."""
    if isinstance(error, NotLinked):
        return first_step(around.owner, around.site)
    lines = [*_happened(error), "", f"**What to do**: {error.advice}"]
    return Screen(embed(f"❌ {error.title}", "\n".join(lines).strip(), tone=Tone.BAD), way_on(error, around))


def _happened(error: BotError) -> list[str]:
    lines = []
    if error.detail:
        lines.append(detail_of(error))
    if error.panel_words:
        lines.append(f"The panel says: “{safe(error.panel_words, 300)}”")
    if error.retry_at is not None:
        lines.append(f"⏳ Possible again {when(error.retry_at + 1)}.")
    return lines


def way_on(error: BotError, around: Around) -> list[Item]:
    """Return the buttons that do what the error advises; where that is not possible from here, the nearest thing."""
    step = error.next_step
    if step is NextStep.WAIT:
        return []
    if step in (NextStep.LINK, NextStep.KEYS):
        return link_buttons(around.owner, around.site, page=CREATE_KEY if step is NextStep.LINK else SEE_KEYS)
    if step is NextStep.TRY_AGAIN and around.again:
        return [button("Try again", around.again, style=discord.ButtonStyle.primary)]
    verb, label = _SHOWN.get(step, _SHOWN[NextStep.SERVERS])
    if step in (NextStep.TRY_AGAIN, NextStep.ALLOCATIONS) and around.server:
        return [button("Show allocations", ids.make("alloc.list", around.owner, around.server, 0))]
    return [button(label, ids.make(verb, around.owner, *_ARGUMENTS.get(verb, ())))]


_SHOWN = {
    NextStep.SERVERS: ("servers.list", "My servers"),
    NextStep.ACCOUNT: ("account.show", "My account"),
    NextStep.CHANGES: ("history.list", "My changes"),
}
_ARGUMENTS: dict[str, tuple[str | int, ...]] = {"servers.list": (0,), "history.list": (ALL, 0)}


def of_bug(reference: str, *, support_url: str | None) -> Screen:
    """Return the message for a bug of ours, with the reference that the log line carries."""
    report = f"report it at {support_url}" if support_url else "tell whoever runs this bot"
    return Screen(
        embed(
            "❌ I made a mistake",
            "This is a bug of mine, not yours and not the panel's. I do not know whether a change was made: look at "
            f"{{/allocations list}} before you try again.\n\n**What to do**: {report}, with the reference "
            f"{code(reference)}.",
            tone=Tone.BAD,
        )
    )
