"""A game server's process: what it does, the question before a restart, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.domain.power import Resources, RunState, Signal, Since
from bot.services.changing.changes import Verb
from bot.services.game.past import Waiting
from bot.services.game.power import FOLLOWED, Course, Standing
from bot.ui.keys.keyspage import mending, server_page_button
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, embed
from bot.ui.parts.text import named, spot, when
from bot.ui.ports.rows import show_allocations

ASK = "power.ask"
"""Shows what the server does now, and asks."""
DO = "power.do"
LABEL = "Restart…"
LOOK = "Is it running?"
"""The same button for those who may do no more than look."""
_NAME = 100
_WAITING = 8
"""Changes that are listed."""
_DONE_TO = {
    Verb.CREATE: "{address} was added {moment}",
    Verb.PRIMARY: "{address} became the primary {moment}",
    Verb.DELETE: "{address} was removed {moment}",
}
_DOES = {
    RunState.OFFLINE: "It is offline. Whatever was changed takes effect when it starts.",
    RunState.STARTING: "It is starting.",
    RunState.STOPPING: "It is stopping.",
    RunState.UNKNOWN: "{panel} cannot reach the machine that it runs on, so I do not know what it is doing.",
}
_STILL = {
    RunState.OFFLINE: "⚠️ It is offline after {seconds:.0f} seconds: look at its console on {panel}.",
    RunState.STARTING: "⏳ It is still starting after {seconds:.0f} seconds: look at its console on {panel}.",
    RunState.RUNNING: (
        "⚠️ {panel} accepted the command, but after {seconds:.0f} seconds the server still runs as before: look at its "
        "console on {panel}."
    ),
    RunState.STOPPING: "⏳ It is still stopping after {seconds:.0f} seconds: look at its console on {panel}.",
    RunState.UNKNOWN: (
        "❔ After {seconds:.0f} seconds {panel} cannot reach the machine that it runs on, so I do not know what became "
        "of it: look at its console on {panel}."
    ),
}
_UNCLEAR = (
    "❔ It is running, but it had been started so shortly before the command that I cannot tell whether it was "
    "restarted: look at its console on {panel}."
)
_AGE_UNCLEAR = (
    "❔ It is running, but {panel} does not say since when, so I cannot tell whether the command did that: look at its "
    "console on {panel}."
)
_RAN_ALREADY = (
    "☑️ It was running already, since {moment}: it was started before I sent the command, which changed nothing. What "
    "was changed after that moment takes effect at its next start. Press **Look again** to see what that is."
)
_LOST = (
    "⚠️ {panel}'s answer to the command was lost, and after {seconds:.0f} seconds the server still runs as before: "
    "look at its console on {panel}."
)
"""The same of one that runs, where it is not known whether the command was accepted."""
_LEFT = (
    "But I am being restarted myself, so I no longer watch what comes of it. Wait a minute, then press **Look again**."
)
_LEFT_TO_ANOTHER = "But I am being updated, so I no longer watch what comes of it: press **Look again** to see that."
"""The same where another process answers that at once."""
_ON_ITS_WAY = {
    RunState.OFFLINE: "It is offline now.",
    RunState.STARTING: "It is starting.",
    RunState.RUNNING: (
        "{panel} says that it is running, but repeats for up to 20 seconds what it last heard: whether it was "
        "restarted does not show yet."
    ),
    RunState.STOPPING: "It is stopping.",
    RunState.UNKNOWN: "{panel} could not say what it is doing just now.",
}
_NOT_STARTED = (RunState.OFFLINE, RunState.RUNNING, RunState.STOPPING)
"""What a server that was told to start does while it has not: what waits for a start waits still."""


def power_button(identifier: str, *, owner: int, label: str = LABEL, row: int | None = None) -> Item:
    """Return the button that shows what the server does, and asks before anything is sent."""
    return button(label, ids.make(ASK, owner, identifier), row=row)


def standing_screen(standing: Standing, *, owner: int) -> Screen:
    """Return what the server does now, and the question where it can be told to start or restart."""
    server, signal = standing.server, standing.signal
    name = named(server.name, _NAME)
    lines = [_does(standing)]
    if standing.trouble is not None and standing.trouble.panel_words is None:
        lines.append(standing.trouble.advice)
    lines += _marked(standing)
    items: list[Item] = [button("Back", ids.make("alloc.list", owner, server.identifier, 0))]
    refusal = standing.refusal
    if signal is None or refusal:
        lines += ["", refusal] if refusal else []
        items += [_look_again(server.identifier, owner), *mending(server)]
        return Screen(embed(f"{_plain(standing)} · {name}", "\n".join(lines)), items)
    restart = signal is Signal.RESTART
    if restart:
        lines += ["", "A restart disconnects everybody who plays on it now."]
    items.append(
        button(
            f"{'Restart' if restart else 'Start'} {server.name}",
            ids.make(DO, owner, server.identifier, signal.value, ids.nonce()),
            style=discord.ButtonStyle.danger if restart else discord.ButtonStyle.primary,
        )
    )
    title = f"⚠️ Restart {name}?" if restart else f"Start {name}?"
    return Screen(embed(title, "\n".join(lines), tone=Tone.WARNING if restart else Tone.NEUTRAL), items)


def course_screen(course: Course, standing: Standing, *, owner: int, then: Sequence[Item] = ()) -> Screen:
    """Return what is seen of a command so far; `then` is what can be done once the server runs."""
    server = standing.server
    restart = course.signal is Signal.RESTART
    items: list[Item] = [show_allocations(owner, server.identifier)]
    title = _title(course, standing)
    state = course.resources.state if course.resources else RunState.UNKNOWN
    if course.since is Since.NEW and course.resources is not None:
        since = _since(course.resources, course.at, again=restart)
        effect = f" {_in_effect(standing)}" if standing.waiting else ""
        text = f"✅ {since}{effect}"
        return Screen(embed(title, text, tone=Tone.GOOD), [*then, *items])
    if course.over:
        items += [_look_again(server.identifier, owner), server_page_button(server.identifier)]
        unclear = course.since is Since.UNCLEAR
        lines = [_ending(course, state)]
        lines += _marked(standing) if state in _NOT_STARTED and not unclear else []
        return Screen(embed(title, "\n".join(lines), tone=Tone.WARNING), items)
    seen = f" {_ON_ITS_WAY[state]}" if course.resources is not None else ""
    follows = f"For up to {FOLLOWED:.0f} seconds I watch what comes of it, and say so here."
    items.append(_look_again(server.identifier, owner))
    return Screen(embed(title, f"{_accepted(course)}{seen} {follows}", tone=Tone.WARNING), items)


def left_screen(course: Course, standing: Standing, *, owner: int, goes_on: bool) -> Screen:
    """Return that nobody looks any more what comes of a command, for the bot itself is being stopped.

    With `goes_on` another process of it answers meanwhile.
    """
    left = _LEFT_TO_ANOTHER if goes_on else _LEFT
    return replace(
        course_screen(course, standing, owner=owner),
        embed=embed(_title(course, standing), f"{_accepted(course)} {left}", tone=Tone.WARNING),
    )


def _title(course: Course, standing: Standing) -> str:
    return f"{course.signal.value.capitalize()} · {named(standing.server.name, _NAME)}"


def _look_again(server: str, owner: int) -> Item:
    return button("Look again", ids.make(ASK, owner, server))


def _accepted(course: Course) -> str:
    if course.lost is None:
        return "⏳ {panel} has accepted it."
    return "⏳ {panel}'s answer was lost. Usually the command is carried out all the same; I do not repeat it."


def _ending(course: Course, state: RunState) -> str:
    """Return what is known at the end of a command that nobody saw take effect."""
    told = course.resources
    if told is not None and course.since is Since.UNCLEAR:
        return _UNCLEAR if told.tells_age else _AGE_UNCLEAR
    if told is not None and course.since is Since.AS_BEFORE and course.signal is Signal.START:
        return _RAN_ALREADY.replace("{moment}", when(course.at - told.uptime))
    still = _LOST if course.lost is not None and state is RunState.RUNNING else _STILL[state]
    return still.replace("{seconds:.0f}", f"{FOLLOWED:.0f}")


def _does(standing: Standing) -> str:
    state = standing.resources.state
    return _since(standing.resources, standing.at) if state is RunState.RUNNING else _DOES[state]


def _since(resources: Resources, at: float, *, again: bool = False) -> str:
    runs = "It is running again" if again else "It is running"
    return f"{runs}, and was started {when(at - resources.uptime)}." if resources.tells_age else f"{ageless(runs)}."


def ageless(runs: str) -> str:
    """Return that something runs, and that it is not known since when."""
    return f"{runs}, and {{panel}} does not say since when"


def _plain(standing: Standing) -> str:
    return standing.resources.state.value.capitalize()


def lately_words(change: Waiting) -> str:
    """Return that this person changed a port and that the game has not seen it, or may not have."""
    done = "You made it the primary" if change.verb is Verb.PRIMARY else "You added it"
    if change.is_sure:
        return f"🔁 {done} through me {when(change.at)}: that takes effect at the game's next start."
    unless = "unless it listens there already" if change.verb is Verb.PRIMARY else "unless it has been started since"
    return f"🔁 {done} through me {when(change.at)}: the game sees that at its next start, {unless}. I cannot tell."


def _marked(standing: Standing) -> list[str]:
    """Return the addresses that wait for a start, each with what was done and when; nothing where none does."""
    return ["", "⏳ **After the next start** these take effect:", *_waiting(standing)] if standing.waiting else []


def _waiting(standing: Standing) -> list[str]:
    shown = [f"▫️ {_done_to(change)}" for change in standing.waiting[:_WAITING]]
    more = len(standing.waiting) - len(shown)
    return [*shown, f"▫️ and {more} more"] if more else shown


def _done_to(change: Waiting) -> str:
    done = _DONE_TO[change.verb].format(address=spot(change.address, 80), moment=when(change.at))
    return done if change.is_sure else f"{done}, unless the game knows that already: I cannot tell"


def _in_effect(standing: Standing) -> str:
    primary = standing.server.primary
    if primary is not None and any(change.verb is Verb.PRIMARY for change in standing.waiting):
        return f"The new address {spot(primary.address)} is in effect."
    return "What was changed before is in effect."
