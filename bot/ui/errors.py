"""Telling a person what went wrong: what happened, whose side it is on, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.domain.rules import NotesTooLong, holds_key
from bot.domain.site import PanelSite
from bot.errors import BotError, NotLinked
from bot.nextstep import NextStep
from bot.ui.address import joining
from bot.ui.history.history import ALL
from bot.ui.keys.keyspage import (
    CREATE_KEY,
    SEE_KEYS,
    account_button,
    account_page_button,
    first_step,
    keys_page_button,
    link_buttons,
    server_page_button,
)
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, detail_of, embed, panel_says
from bot.ui.parts.text import YOURS, clean, clock, code, fenced, named, quoted, when
from bot.ui.ports.notices import Notice
from bot.ui.ports.rows import LIST, show_allocations
from bot.ui.servers.servers import servers_button

_AGAIN = (NextStep.TRY_AGAIN, NextStep.KEYS_AGAIN, NextStep.PANEL_ACCOUNT, NextStep.PANEL_SERVER_AGAIN)
_OF_THE_PERSON = frozenset(
    {
        *(NextStep.LINK, NextStep.KEYS, NextStep.KEYS_AGAIN, NextStep.ACCOUNT, NextStep.ACCOUNT_AND_KEYS),
        *(NextStep.PANEL_ACCOUNT, NextStep.WAIT_FOR_KEY, NextStep.CHANGES),
    }
)
"""What these lead to is the person's own, at whatever server it was."""
_NAME = 100
_TYPED_SHOWN = 3000
"""Characters of what somebody typed that are shown: as many as a form takes."""


@dataclass(frozen=True, slots=True)
class Around:
    """What an error happened around, as far as it is known: where its next step leads."""

    owner: int
    site: PanelSite
    again: str | None = None
    """The custom_id that does the same once more, where that only reads."""
    server: str | None = None
    """The identifier of the server it was about."""
    name: str | None = None
    """What that is called, where it was read lately; hostile text."""

    def titled(self, title: str) -> str:
        """Return a title with the server, where it is known what that is called."""
        return f"❌ {title} · {named(self.name, _NAME)}" if self.name else f"❌ {title}"

    @property
    def footer(self) -> str | None:
        """The server it was about, for the foot of a message."""
        return f"Server {self.server}" if self.server else None


def of_error(error: BotError, around: Around, typed: str = "") -> Screen:
    """Return the message for an expected error, with the buttons that do what it advises.

    What a person `typed` into a form is not lost with it.
    """
    if isinstance(error, NotLinked):
        return first_step(around.owner, around.site, before=error.detail, after=given_back(typed), asked=around.again)
    lines = [*_happened(error), "", f"**What to do**: {error.advice}", *given_back(typed)]
    text, of_person = "\n".join(lines).strip(), error.next_step in _OF_THE_PERSON
    title, footer = (f"❌ {error.title}", None) if of_person else (around.titled(error.title), around.footer)
    return Screen(embed(title, text, tone=Tone.BAD, footer=footer), way_on(error, around))


def notice_of(error: BotError, typed: str = "") -> Notice:
    """Return the error as a text for the top of a message; what a person `typed` into a form is not lost with it."""
    lines = [f"❌ **{error.title}**", *_happened(error), f"**What to do**: {error.advice}"]
    return Notice("\n".join([*lines, *given_back(typed)]), Tone.BAD)


def unseen(error: BotError, around: Around, typed: str = "") -> Screen:
    """Return the error for a message whose server cannot be read now, without the picture, which may be wrong."""
    told = of_error(error, around)
    words = [told.embed.description or "", "", "I do not know what the server holds now, so I do not show it here."]
    text, footer = "\n".join([*words, *given_back(typed)]), told.embed.footer.text
    made = embed(told.embed.title or "", text, tone=Tone.BAD, footer=footer)
    if any(ids.does(item.payload.get("custom_id", ""), LIST) for item in told.items):
        return Screen(made, told.items)
    return Screen(made, [*told.items, show_allocations(around.owner, around.server or "")])


def given_back(typed: str) -> list[str]:
    """Return what somebody typed, ready to copy, for the end of a text; nothing where a key is in it."""
    if not typed.strip() or holds_key(typed) or holds_key(clean(typed)):
        return []
    shown = quoted(typed, _TYPED_SHOWN)
    return ["", YOURS, shown if len(shown) <= _TYPED_SHOWN else fenced(typed, _TYPED_SHOWN)]


def _happened(error: BotError) -> list[str]:
    lines = []
    if error.detail:
        lines.append(detail_of(error))
    if words := panel_says(error):
        lines.append(words)
    if error.entered_at is not None:
        lines.append(f"This is about the key you entered at {clock(error.entered_at)}.")
    if error.retry_at is not None:
        lines.append(f"⏳ Possible again {when(error.retry_at + 1)}.")
    return lines


def way_on(error: BotError, around: Around) -> list[Item]:
    """Return the buttons that do what the error advises; where that is not possible from here, the nearest thing."""
    step, owner = error.next_step, around.owner
    if isinstance(error, NotesTooLong) and error.draft:
        edit = button("Edit again", ids.make("notes.edit", owner, *error.draft), style=discord.ButtonStyle.primary)
        return [edit, *_onward(NextStep.ALLOCATIONS, around)]
    if step in (NextStep.LINK, NextStep.KEYS):
        page = CREATE_KEY if step is NextStep.LINK else SEE_KEYS
        return link_buttons(owner, around.site, page=page, asked=around.again)
    if step in (NextStep.ACCOUNT, NextStep.ACCOUNT_AND_KEYS, NextStep.WAIT_FOR_KEY):
        keys = [keys_page_button(around.site, label=SEE_KEYS)] if step is NextStep.ACCOUNT_AND_KEYS else []
        return [account_button(owner), *keys]
    if step is NextStep.CHANGES:
        return [button("My changes", ids.make("history.list", owner, ALL, 0))]
    if step is NextStep.KEYS_AGAIN:
        return [*_onward(step, around), keys_page_button(around.site, label=SEE_KEYS)]
    if step is NextStep.PANEL_ACCOUNT:
        return [account_page_button(around.site), *_onward(step, around)]
    if step in (NextStep.PANEL_SERVER, NextStep.PANEL_SERVER_AGAIN) and around.server:
        return [server_page_button(around.server), *_onward(step, around)]
    return _onward(step, around)


def _onward(step: NextStep, around: Around) -> list[Item]:
    """Return the same once more where that is advised and only reads, else what there is to look at."""
    owner = around.owner
    if step in _AGAIN and around.again:
        return [button("Try again", around.again, style=discord.ButtonStyle.primary)]
    if step is NextStep.NAME and around.server:
        return [joining.form_button(around.server, owner=owner), *_onward(NextStep.ALLOCATIONS, around)]
    if step is not NextStep.SERVERS and around.server:
        return [show_allocations(owner, around.server)]
    return [servers_button(owner)]


def of_bug(reference: str, around: Around, typed: str = "") -> Screen:
    """Return the message for a bug of ours, with the reference that the log line carries, and what was `typed`."""
    return Screen(
        embed(
            around.titled("I made a mistake"),
            "This is a bug of mine, neither yours nor {panel}'s. I do not know whether a change was made: look at "
            f"{{/allocations list}} before you try again.\n\n**What to do**: Tell {{operator}}, with the "
            f"reference {code(reference)}." + "\n".join(["", *given_back(typed)]).rstrip(),
            tone=Tone.BAD,
            footer=around.footer,
        ),
        _onward(NextStep.ALLOCATIONS, around),
    )
