"""Adding several ports: the select of what they are for, and the question before anything is done."""

from __future__ import annotations

import discord

from bot.domain import rules
from bot.domain.models import GameServer
from bot.domain.places import Purpose
from bot.domain.plan import MOST, Plan
from bot.domain.purposes import PLAN, PROXY, PURPOSES
from bot.domain.room import room_left
from bot.ui.keys.keyspage import mending
from bot.ui.parts import ids
from bot.ui.parts.screen import Screen, Tone, button, embed, select
from bot.ui.parts.text import clip, count, named, safe
from bot.ui.ports.purposes import LABELS

OTHER = "other"
OFFERED = {purpose.name: purpose for purpose in PURPOSES if purpose not in (PLAN, PROXY)}
"""The purposes that are offered, by name: what nearly every community asks for."""
_NAME = 100
_NOTES = 90


def choose(server: GameServer, *, owner: int) -> Screen:
    """Return the select of what the ports are for: as many as the limit leaves; or why there can be none."""
    off = rules.cannot_create(server)
    back = button("Back", ids.make("alloc.list", owner, server.identifier, 0), row=1)
    title = f"Add several ports to {named(server.name, _NAME)}"
    if off:
        return Screen(embed(title, f"None can be added now. {off}", tone=Tone.WARNING), [back, *mending(server, row=1)])
    options = [(LABELS[name], name, _described(purpose)) for name, purpose in OFFERED.items()]
    options.append(("Other", OTHER, "One or more that you name yourself, in a form"))
    most = min(room_left(server), MOST)
    room = f"The limit leaves room for {count(most, 'port')}." if most < MOST else f"At most {MOST} at once."
    lines = [
        f"Choose what the ports are for: each purpose gets a port of its own, with its name as notes. {room}",
        "{panel} picks the numbers. I ask once more before I add them.",
    ]
    return Screen(
        embed(title, "\n".join(lines)),
        [
            select(
                ids.make("several.pick", owner, server.identifier),
                options,
                placeholder="What are the ports for?",
                row=0,
                most=min(len(options), most),
            ),
            back,
        ],
    )


def _described(purpose: Purpose) -> str:
    programs = ", ".join(place.program for place in purpose.places)
    return f"{purpose.protocol} · {programs}" if programs else purpose.protocol


def question(plan: Plan, *, owner: int, seen: GameServer | None) -> Screen:
    """Return the question before a plan is carried out, naming what will be added; off with the reason if it cannot."""
    number = len(plan.items)
    label = f"Add {count(number, 'port')}"
    lines = [f"▫️ {_purpose(item.notes)}" for item in plan.items]
    off = None
    if seen is not None:
        left = room_left(seen)
        off = rules.cannot_create(seen)
        if off is None and number > left:
            off = f"The limit leaves room for {count(left, 'port')}. Go back and choose fewer."
    if off:
        lines += ["", f"**{label}** is off. {off}"]
    return Screen(
        embed(f"{label} to {named(plan.server_name, _NAME)}?", "\n".join(lines)),
        [
            button(
                label,
                ids.make("several.go", owner, plan.number, plan.server),
                style=discord.ButtonStyle.primary,
                disabled=off is not None,
            ),
            button("Back", ids.make("several.ask", owner, plan.server)),
            *(mending(seen) if seen is not None else []),
        ],
    )


def _purpose(notes: str | None) -> str:
    return clip(safe(notes or "", _NOTES), 2 * _NOTES) or "a port without notes"
