"""Whether a game answers at a port: the button, and what came of asking."""

from __future__ import annotations

from bot.domain.hearing import unheard
from bot.domain.models import Allocation, GameServer
from bot.domain.power import RunState
from bot.domain.probe import GameAnswer, Protocol, Refusal, Tcp
from bot.domain.rules import state_words
from bot.services.changing.changes import Verb
from bot.services.game.checking import Checked
from bot.services.game.power import Standing
from bot.services.game.probing import PAUSE
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, embed
from bot.ui.parts.text import count, safe, spot, when
from bot.ui.ports.purposes import game_lines
from bot.ui.ports.rows import title_of
from bot.ui.power import ageless, power_button

ASK = "check.ask"
"""Asks the game."""
LABEL = "Check"
_VERSION, _SAYS = 60, 150
"""Characters that are shown of what a game says of itself."""
_VIEW = (
    "I see what my own machine sees, not what players see: a firewall, a router or a proxy may let one through and not "
    "the other."
)
_REFUSED = {
    Refusal.NOT_PUBLIC: (
        "🚫 I do not check {address}: it is not an address of the public internet, and only whoever runs this bot can "
        "let me ask others (`CHECK_PRIVATE`). Nothing was sent."
    ),
    Refusal.NOWHERE: (
        "🚫 I do not check {address}: no single machine has that address, so nothing can be asked there. Only your "
        "host can give the port another. Nothing was sent."
    ),
    Refusal.CARRIES: (
        "🚫 I do not check {address}: it is an IPv6 address that holds an IPv4 address within itself, so it may lead "
        "into another network than it seems to. Only your host can give the port another. Nothing was sent."
    ),
    Refusal.OURS: (
        "🚫 I do not check {address}: it is {panel}'s own address, or mine, and not that of a game. Nothing was sent."
    ),
    Refusal.MAYBE_OURS: (
        "❔ I do not check {address}: {panel} or I listen on a port with that number, and I could not look up whether "
        "that is at this address. Nothing was sent; try again in a minute."
    ),
    Refusal.UNKNOWN_NAME: (
        "❔ {panel} gives a name as this port's address, {address}, and I could not look it up. Nothing was sent; try "
        "again in a minute."
    ),
}
_STATES = {
    RunState.OFFLINE: "The server is offline.",
    RunState.STARTING: "The server is starting: check again when it is running.",
    RunState.STOPPING: "The server is stopping.",
    RunState.UNKNOWN: "{panel} cannot reach the machine that it runs on, so I do not know whether it is running.",
}
_UNTOLD = "{panel} could not tell me whether the server is running."
_LOOK = "Check the port in its configuration."
_UNHEARD = "It may also be there and not answer strangers, as is usual for voice chat over UDP: I cannot tell."
_DEAF = (
    "🔇 {what} speaks a protocol over UDP that I do not know: I would not hear it if it were there, so asking again is "
    "no use. Try it with the program that connects to it."
)
_SINCE = {
    Verb.CREATE: "before this port was added ({moment}): the game knows it only after a restart.",
    Verb.PRIMARY: "before this port became the primary ({moment}): the game knows that only after a restart.",
}

_PERHAPS_SINCE = {
    Verb.CREATE: "This port was added {moment}: if that was later, the game knows it only after a restart.",
    Verb.PRIMARY: (
        "This port became the primary {moment}: unless it was that at the start, the game knows that only after a "
        "restart."
    ),
}


def check_button(server: GameServer, row: Allocation, *, owner: int, label: str = LABEL, at: int | None = None) -> Item:
    """Return the button that asks whether a game answers at a port."""
    return button(label, ids.make(ASK, owner, server.identifier, row.id), row=at)


def check_after(standing: Standing, *, owner: int) -> list[Item]:
    """Return the button that checks what a restart was for: the port that was changed before it, or the primary."""
    server = standing.server
    added = [change.address for change in standing.waiting if change.verb is Verb.CREATE]
    promoted = any(change.verb is Verb.PRIMARY for change in standing.waiting)
    new = next((row for row in server.allocations if added and added[0] in row.spellings), None)
    rows = [row for row in (None if promoted else new, server.primary) if row and not unheard(server, row)]
    return [check_button(server, row, owner=owner, label=f"Check port {row.port}") for row in rows[:1]]


def checked_screen(checked: Checked, *, owner: int, power: bool) -> Screen:
    """Return what came of a check; with `power` the person may start and restart the server."""
    server, row, probe = checked.server, checked.row, checked.probe
    lines = [_head(checked), ""]
    items: list[Item] = []
    if probe.refusal is not None:
        tone = Tone.WARNING
        lines.append(_REFUSED[probe.refusal].replace("{address}", spot(checked.address)))
    elif probe.answered:
        tone = Tone.GOOD
        lines += _answered(checked)
    else:
        tone = Tone.WARNING
        lines += _unanswered(checked)
        if power and probe.silent and _may_help(checked):
            items.append(power_button(server.identifier, owner=owner, label=_power_label(checked)))
    items = [
        *items,
        *([] if _unheard(checked) else [check_button(server, row, owner=owner, label="Check again")]),
        button("Back", ids.make("alloc.show", owner, server.identifier, row.id, 0)),
    ]
    title = f"Check · {title_of(row, server.name)}"
    footer = None if probe.refusal else f"{_VIEW} I check each port at most once every {PAUSE:.0f} seconds."
    return Screen(embed(title, "\n".join(lines), tone=tone, footer=footer), items)


def _head(checked: Checked) -> str:
    """Say what was checked, at which address if that is another, and when."""
    row, at = checked.row, when(checked.at)
    if checked.probe.refusal is not None:
        return f"{spot(row.address)}, looked at {at}."
    where = "" if checked.address == row.address else f" at {spot(checked.address)}"
    return f"{spot(row.address)}, checked{where} {at}."


def _answered(checked: Checked) -> list[str]:
    lines = [line for answer in checked.probe.answers for line in _answer(answer)]
    if not lines and checked.probe.tcp is Tcp.ACCEPTED:
        lines.append("✅ Something accepts TCP connections, in a protocol I do not know.")
    if checked.probe.strange_udp and not lines:
        lines.append("✅ Something answers over UDP, in a protocol I do not know.")
    return lines


def _answer(answer: GameAnswer) -> list[str]:
    what = safe(answer.version, _VERSION)
    if answer.protocol is Protocol.SOURCE:
        what = f"{safe(answer.game, _VERSION) or 'a game that does not say which'} {what}".strip()
        head = f"✅ Answers to Source queries as {what}"
    else:
        head = f"✅ Answers as {answer.protocol.value} {what}".rstrip()
    players = "it does not say how many play"
    if answer.players is not None and answer.slots is not None:
        players = f"{answer.players} of {count(answer.slots, 'player')}"
    elif answer.players is not None:
        players = count(answer.players, "player")
    lines = [f"{head}: {players}, {max(answer.seconds * 1000, 1):.0f} ms."]
    says = safe(answer.name, _SAYS)
    return [*lines, f"It says of itself: {says}"] if says else lines


def _unanswered(checked: Checked) -> list[str]:
    if checked.probe.tcp is Tcp.NO_WAY:
        address = spot(checked.address)
        return [
            f"❔ My own machine has no way to {address}, so I do not know whether anything answers there. That is on "
            "my side: tell {operator} to look at its network."
        ]
    lines = [f"🔎 No answer on TCP or UDP. {_why(checked)}"]
    resources = checked.resources
    running = resources is not None and resources.state is RunState.RUNNING
    if running and not (checked.story.change and checked.story.change.is_sure) and checked.outdated_until is None:
        lines += game_lines(checked.row)
    what = _unheard(checked)
    if what:
        lines.append(_DEAF.replace("{what}", what))
    return lines


def _unheard(checked: Checked) -> str | None:
    """Return what would not be heard if it were there, so that asking again is no use; None after any answer."""
    return unheard(checked.server, checked.row) if checked.probe.silent else None


def _why(checked: Checked) -> str:
    if checked.server.state.blocks_changes:
        ends = "" if checked.server.state.lasts else " Check again when that has ended."
        return f"The server is {state_words(checked.server)}, so the game may not be running.{ends}"
    if checked.resources is None:
        return _UNTOLD
    if checked.resources.state is not RunState.RUNNING:
        return _STATES[checked.resources.state]
    started = checked.started
    since = ageless("The server is running") if started is None else f"The server was started {when(started)}"
    if checked.outdated_until is not None:
        return (
            f"{since}. Perhaps I checked before its start: then this says nothing about it now. I check this port "
            f"again from {when(checked.outdated_until)} on: then press **Check again**."
        )
    change = checked.story.change
    if change is not None:
        moment = when(change.at)
        if change.is_sure:
            return f"{since}, {_SINCE[change.verb].replace('{moment}', moment)}"
        maybe = _PERHAPS_SINCE[change.verb].replace("{moment}", moment)
        return f"{since}. {maybe} I cannot tell. If it knows it, it may be listening elsewhere. {_LOOK} {_UNHEARD}"
    if checked.story.known:
        return f"{since}. It had this port already at its start. Is it listening elsewhere? {_LOOK} {_UNHEARD}"
    return (
        f"{since}. I do not know when this port was added: if that was later, the game knows it only after a restart; "
        f"if not, it may be listening elsewhere. {_LOOK} {_UNHEARD}"
    )


def _may_help(checked: Checked) -> bool:
    """Tell whether a start or restart may make it answer."""
    if checked.resources is None or checked.outdated_until is not None:
        return False
    if checked.resources.state is RunState.OFFLINE:
        return True
    return checked.resources.state is RunState.RUNNING and (checked.story.change is not None or not checked.story.known)


def _power_label(checked: Checked) -> str:
    offline = checked.resources is not None and checked.resources.state is RunState.OFFLINE
    return "Start…" if offline else "Restart…"
