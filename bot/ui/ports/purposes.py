"""What to write into the game for a port: the file, the lines with the number in them, and what to look out for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.meant import places_in, purposes_in
from bot.domain.models import Allocation
from bot.domain.places import Place, Purpose, lines_for
from bot.domain.purposes import BEDROCK, MAP, PLAN, PROXY, QUERY, RCON, VOICE, VOTES
from bot.ui.parts.text import code

LABELS = {
    BEDROCK.name: "Bedrock players (Geyser)",
    VOICE.name: "Voice chat",
    MAP.name: "Web map",
    QUERY.name: "Query",
    RCON.name: "RCON",
    VOTES.name: "Votes",
    PLAN.name: "Plan",
    PROXY.name: "Proxy",
}
"""What a purpose is called where people choose it."""
_LOOK_OUT = {
    BEDROCK.name: "Bedrock players add the server with this address and this port.",
    VOICE.name: "Never give it the game's own port: voice chat and the query would both want it.",
    MAP.name: "Anybody who has the address can open the map in a browser.",
    QUERY.name: "Server lists ask here; players need not know it.",
    RCON.name: "Set `rcon.password` as well, to a long one of its own: whoever has it controls the console.",
    VOTES.name: "Enter this address and port on the vote sites.",
    PLAN.name: "Its pages are open in a browser at this address and port.",
    PROXY.name: (
        "A proxy (Velocity, BungeeCord) needs one public port, its primary. The servers behind it need none: ask "
        "your host for ports at an inner address, at which the proxy reaches them."
    ),
}
_SHARED = (
    "This is the primary, the game's own port: a Java server takes it over TCP and this over UDP, so both can have it. "
    "Only one program can have UDP here: of query, Geyser and voice chat, all but one need a port of their own."
)
_PAGE = 3000
"""Characters on the allocation's own page: room for every purpose there is."""
BELOW_A_CHANGE = 1300
"""Characters above the list, which takes up the rest of a message."""


def game_lines(row: Allocation, *, room: int = _PAGE) -> list[str]:
    """Return what to write into the game for a port whose notes name a purpose; nothing for any other.

    Where they name more than there is room for, in characters, it says which are left out, and where they are.
    """
    if not row.port:
        return []
    lines: list[str] = []
    purposes = purposes_in(row.notes)
    for number, purpose in enumerate(purposes):
        block = _of_purpose(purpose, row)
        if lines and len("\n".join([*lines, *block])) > room:
            return [*lines, _left_out(purposes[number:])]
        lines += block
    return lines


def _left_out(purposes: Sequence[Purpose]) -> str:
    names = ", ".join(LABELS[purpose.name] for purpose in purposes)
    return (
        f"➕ There is no room here for {len(purposes)} more that these notes name ({names}): choose this port in "
        "{/allocations list}, and its own page says what to write for all of them."
    )


def _of_purpose(purpose: Purpose, row: Allocation) -> list[str]:
    head = f"🎮 **{LABELS[purpose.name]}** · {purpose.protocol}"
    places = places_in(row.notes, purpose)
    look_out = _LOOK_OUT[purpose.name]
    if row.is_primary and places:
        places = tuple(place for place in places if place.shares)
        if not places:
            return [head, _needs_its_own(purpose)]
        look_out = _SHARED
    lines = [head]
    for place in places:
        lines += _at(place, row.port)
    return [*lines, look_out]


def _needs_its_own(purpose: Purpose) -> str:
    return (
        "⚠️ This is the primary, the game's own port, and this needs a port of its own: do not write this number into "
        f"its configuration. Add a port with the notes {code(purpose.notes)}, with {{/allocations create}}; I then say "
        "what to write where."
    )


def _at(place: Place, port: int) -> list[str]:
    where, *elsewhere = (code(file) for file in place.files)
    others = f" (or {', '.join(elsewhere)})" if elsewhere else ""
    return [f"{place.program}, in {where}{others}:", f"```\n{lines_for(place, port)}\n```"]
