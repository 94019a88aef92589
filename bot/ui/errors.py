"""Telling a person what went wrong: what happened, whose side it is on, what to do next."""

from __future__ import annotations

from bot.errors import BotError
from bot.ui.account import link_button
from bot.ui.screen import Item, Screen, Tone, detail_of, embed
from bot.ui.text import code, safe, when


def of_error(error: BotError, *, owner: int) -> Screen:
    """Return the message for an expected error, with the Link button where linking is the next step."""
    lines = []
    if error.detail:
        lines.append(detail_of(error))
    if error.panel_words:
        lines.append(f"The panel says: “{safe(error.panel_words, 300)}”")
    if error.retry_at is not None:
        lines.append(f"⏳ Possible again {when(error.retry_at + 1)}.")
    lines += ["", f"**What to do**: {error.advice}"]
    items: list[Item] = [link_button(owner)] if error.offers_link else []
    return Screen(embed(f"❌ {error.title}", "\n".join(lines).strip(), tone=Tone.BAD), items)


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
