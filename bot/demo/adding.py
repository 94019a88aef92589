"""The tour's scene of several ports at once: what they are for, the panel's two a minute, Stop and Go on."""

from __future__ import annotations

from bot.demo.people import Person
from bot.demo.stage import Stage
from bot.demo.transcript import Transcript

_PURPOSES = ("Bedrock players (Geyser)", "Voice chat", "Web map", "Votes")
_A_MINUTE = 61.0
"""Seconds after which the panel takes two more."""


async def several_at_once(told: Transcript, stage: Stage, mara: Person) -> None:
    """Add four ports to Proxy on a panel that takes two a minute: stop half-way, go on, and see what to write where."""
    await mara.run("allocations list", server="Proxy")
    await mara.press("Add several…")
    told.show("Mara lists Proxy and presses Add several…", mara.seen, "room for 5 ports")
    await mara.choose_several(*_PURPOSES)
    told.show("Mara chooses four purposes, and is asked", mara.seen, "Add 4 ports to Proxy?", "voice chat", "votes")
    await mara.press("Add 4 ports")
    told.show(
        "Mara presses Add 4 ports: the panel takes two a minute",
        mara.seen,
        "2 of 4 ports added",
        "whoever asks. I ask for the next one ",
    )
    await mara.press("Stop")
    told.show("Mara presses Stop while it waits", mara.seen, "2 of 4 ports added", "Go on")
    await stage.pass_time(_A_MINUTE)
    await mara.press("Go on")
    told.show(
        "A minute later Mara presses Go on", mara.seen, "4 of 4 ports added", "bedrock:", "voicechat-server.properties"
    )
    await mara.press("Show allocations")


async def primary_of_a_new_port(told: Transcript, mara: Person) -> None:
    """Mara is asked about a primary that is for something else; she adds a port, makes that it, and undoes it."""
    await mara.run("allocations create", server="Survival", notes="voice chat", primary=True)
    told.show(
        "Mara adds a port for voice chat as the primary, and is asked",
        mara.seen,
        "Make the new port the primary of Survival?",
        "needs a port of its own",
    )
    await mara.press("Cancel")
    await mara.run("allocations create", server="Survival")
    told.show("Mara adds a port by the command", mara.seen, "Added", "4 of 6 ports used")
    await mara.press("Make it the primary")
    told.show("Mara presses Make it the primary, below what was added", mara.seen, "Made primary")
    await mara.run("allocations history", server="Survival")
    told.show("Mara looks at her changes", mara.seen, "Your changes", "Made primary")
    await mara.choose(next(iter(mara.seen.options.values())))
    told.show("Mara chooses the newest: its button names what Undo does", mara.seen, "Your change ·", "Before")
    await mara.press(next(label for label in mara.seen.buttons if label.endswith(" primary again")))
    told.show("Mara undoes it", mara.seen, "→ `play.example.com:25565`")
