"""How far the adding of several ports is, and how it ended: with every address and what it is for."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.plan import ItemState, Plan
from bot.domain.site import PanelSite
from bot.errors import BotError
from bot.services.several.running import Ending, Phase, Progress
from bot.ui.errors import Around, way_on
from bot.ui.parts import ids
from bot.ui.parts.screen import Item as Component
from bot.ui.parts.screen import Screen, Tone, button, detail_of, embed, panel_says
from bot.ui.parts.text import DESCRIPTION, count, named, when
from bot.ui.ports.notices import RESTART, RESTART_MANY
from bot.ui.ports.rows import SHOW_ALLOCATIONS, show_allocations
from bot.ui.power import LABEL as POWER
from bot.ui.power import power_button
from bot.ui.several.added import for_the_game, lines_of

_NAME = 100
_SPARE = 200
"""Characters kept free for what is put into a text when it is sent, as clickable mentions."""
_NOTHING = "Nothing was changed."
"""What an error says of an action of its own; here it is a part of one, of which others may be done."""

_RESTARTS = "⏸️ I am restarting, so I stopped here. Wait a minute."
_UPDATED = "⏸️ I am being updated, so I stopped here."
"""The same where another process of the bot goes on at once."""
_DID_NOT_STAY = (
    "❌ A port did not stay: a few seconds later the server no longer had it. {panel} gave it to another server at "
    "the same moment, or somebody removed it. Do not give its address to players; **Go on** adds another one."
)
_DID_NOT_STAY_MANY = (
    "❌ {count} ports did not stay: a few seconds later the server no longer had them. {{panel}} gave them to another "
    "server at the same moment, or somebody removed them. Do not give their addresses to players; **Go on** adds as "
    "many others."
)


def progress(now: Progress, *, owner: int, stopping: bool = False) -> Screen:
    """Return how far a plan is while it is carried out, with Stop."""
    plan = now.plan
    lines = [f"{_bar(now)} {_words(now)}", "", *lines_of(now)]
    if stopping:
        lines += ["", "⏹️ Stopping: I finish the one that is under way and ask for no more."]
    items = [] if stopping else [stop(plan.number, plan.server, owner=owner)]
    title = f"Adding {count(len(plan.items), 'port')} to {named(plan.server_name, _NAME)}"
    return Screen(embed(title, "\n".join(lines)), items)


def ended(end: Progress, *, owner: int, site: PanelSite, power: bool = False, goes_on: bool = False) -> Screen:
    """Return how a plan ended: what is there, what is not, and Go on where something is left.

    With `power` the person is offered to restart the server, for the game sees new ports at its next start; with
    `goes_on` another process of the bot answers where this one is being stopped.
    """
    plan, trouble = end.plan, end.trouble
    made = len(end.made)
    lines = [f"{_bar(end)} {_count(end)}.", "", *lines_of(end), "", *_why(end, goes_on=goes_on), *_gone(plan)]
    lines += [_notes_missing(end)] if any(item.lacks_notes for item in end.made) else []
    can_start = made > 0 and not end.is_blocked
    lines += [_at_next_start(end, power=power)] if can_start else []
    text = _with_room(lines, for_the_game(end))
    buttons: list[Component] = []
    if end.is_open:
        buttons.append(go_on(plan.number, plan.server, owner=owner))
    listed = show_allocations(owner, plan.server)
    ways = [] if trouble is None else way_on(trouble, Around(owner, site, server=plan.server))
    buttons += [*(way for way in ways if way != listed), listed]
    buttons += [power_button(plan.server, owner=owner)] if power and can_start else []
    whole = _is_over(end) and made == len(plan.items) and not end.is_open
    none = "Nothing left of what was added to" if end.away else "No port added to"
    title = f"{count(made, 'port')} added to" if made else none
    tone = Tone.GOOD if whole else Tone.WARNING
    return Screen(embed(f"{title} {named(plan.server_name, _NAME)}", text, tone=tone), buttons)


def go_on(plan: int, server: str, *, owner: int) -> Component:
    """Return the button that goes on with what is left of a plan, by its number."""
    return button("Go on", ids.make("several.go", owner, plan, server), style=discord.ButtonStyle.primary)


def stop(plan: int, server: str, *, owner: int) -> Component:
    """Return the button that has nothing more begun of a plan, or shows what is on record of it."""
    return button("Stop", ids.make("several.stop", owner, plan, server))


def _bar(now: Progress) -> str:
    made = len(now.made)
    return "▰" * made + "▱" * (len(now.plan.items) - made)


def _count(now: Progress) -> str:
    return f"{len(now.made)} of {count(len(now.plan.items), 'port')} added"


def _words(now: Progress) -> str:
    words = _count(now)
    if now.phase is Phase.LOOKING:
        return (
            f"{words}. ⏳ I do not know yet what {{panel}} did with the last request, so I look at what the server has "
            "before I ask for anything more."
        )
    if now.phase is not Phase.WAITING or now.trouble is None or now.trouble.retry_at is None:
        return f"{words}."
    next_one = when(now.trouble.retry_at + 1)
    if now.allowed is not None:
        a_minute = f"{{panel}} adds at most {count(now.allowed, 'port')} a minute to one server, whoever asks"
        return f"{words}. {a_minute}. I ask for the next one {next_one}."
    return f"{words}. {detail_of(now.trouble)} I ask for the next one {next_one}."


def _is_over(end: Progress) -> bool:
    """Tell whether everything was tried, so that what ended it is of no matter."""
    complete = end.ending in (Ending.SHOWN, Ending.RESTART) and not end.plan.is_open
    return complete or end.ending is Ending.COMPLETE


def _why(end: Progress, *, goes_on: bool) -> list[str]:
    """Return in a sentence or two why nothing more is done, and what to do next."""
    plan = end.plan
    again = " Press **Go on** for the rest." if end.is_open else ""
    if end.ending is Ending.REFUSED and end.trouble is not None:
        return _refusal(end.trouble)
    if end.ending is Ending.LOST:
        title = f" ({end.trouble.title})" if end.trouble else ""
        return [
            f"❔ The answer from {{panel}} to the last request was lost{title}, so I stopped. **Go on** looks at the "
            "server first, and adds only what is not there."
        ]
    if _is_over(end):
        unsure = any(not item.sure or item.state is ItemState.UNKNOWN for item in plan.items)
        return ["Look at those with ❔ in the list before you add others in their place."] if unsure else []
    return [
        {
            Ending.STOPPED: "⏹️ You stopped this; I asked for no more.",
            Ending.TIME: "⏸️ I stopped here, because I can change this message for only 15 minutes.",
            Ending.RESTART: _UPDATED if goes_on else _RESTARTS,
            Ending.UNCLEAR: (
                "❔ I cannot tell which port is the one I asked for last: more than one is new, or I cannot see them. "
                "So I leave it out."
            ),
            Ending.UNLINKED: "⏹️ You unlinked or linked another key while this was under way, so I stopped.",
        }.get(end.ending or Ending.SHOWN, "⏸️ Nothing is under way: I was stopped half-way. This is what I know.")
        + again
    ]


def _gone(plan: Plan) -> list[str]:
    """Return what is to be said of ports that were there and did not stay."""
    number = sum(item.state is ItemState.GONE for item in plan.items)
    if not number:
        return []
    return [_DID_NOT_STAY if number == 1 else _DID_NOT_STAY_MANY.format(count=number)]


def _at_next_start(end: Progress, *, power: bool) -> str:
    """Return when the game sees what was added; of what is only on record it is not known whether it does already."""
    if end.ending is not Ending.SHOWN:
        return RESTART if len(end.made) == 1 else RESTART_MANY
    since = f"**{POWER}** shows that" if power else "{panel} shows that"
    return f"🔁 A game sees a new port at its next start. I did not look whether it was started since: {since}."


def _refusal(trouble: BotError) -> list[str]:
    lines = [f"❌ **{trouble.title}**. {detail_of(trouble)}".rstrip()]
    if words := panel_says(trouble):
        lines.append(words)
    if trouble.retry_at is not None:
        lines.append(f"⏳ Possible again {when(trouble.retry_at + 1)}: press **Go on** then.")
        return lines
    advice = trouble.advice.replace(_NOTHING, "").replace("  ", " ").strip()
    return [*lines, f"**What to do**: {advice}"] if advice else lines


def _notes_missing(end: Progress) -> str:
    number = sum(item.lacks_notes for item in end.made)
    known = next(iter(end.problems.values()), None)
    why = f" {known.title}. {detail_of(known)}".rstrip() if known else ""
    return f"⚠️ The notes of {count(number, 'port')} are not written.{why} **Go on** tries again."


def _with_room(lines: Sequence[str], blocks: Sequence[Sequence[str]]) -> str:
    """Return the text with as many of the blocks as there is room for; those left out are on the port's own page."""
    text = "\n".join(lines)
    left_out = (
        f"The other ports' own pages say what to write into the game for them: choose one under **{SHOW_ALLOCATIONS}**."
    )
    for number, block in enumerate(blocks):
        longer = "\n".join([text, "", *block])
        last = number == len(blocks) - 1
        if len(longer) + (0 if last else len(left_out)) > DESCRIPTION - _SPARE:
            return f"{text}\n{left_out}"
        text = longer
    return text
