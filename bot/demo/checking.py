"""The tour's scene of checking ports: one that the game has not seen yet, and one at which it answers."""

from __future__ import annotations

from bot.demo.people import Person
from bot.demo.stage import Stage
from bot.demo.transcript import Transcript


async def check_a_new_port(told: Transcript, stage: Stage, mara: Person) -> None:
    """Check the port whose page is shown, which was added while the server ran; then go back to the page."""
    await stage.pass_time(60.0)
    await mara.press("Check")
    told.show(
        "Mara chooses it and presses Check a minute later",
        mara.seen,
        "No answer on TCP or UDP",
        "before this port was added",
    )
    await mara.press("Back")


async def check_the_primary(told: Transcript, mara: Person) -> None:
    """Choose the primary from the list that is shown, and check it; then go back to the page."""
    await mara.choose(next(iter(mara.seen.options.values())))
    await mara.press("Check")
    told.show(
        "Mara chooses the primary and presses Check", mara.seen, "Answers as Minecraft Java Paper 1.21.4: 4 of 20"
    )
    await mara.press("Back")
