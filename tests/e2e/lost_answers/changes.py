"""Every change that a person can make, with its answer to be lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.demo.people import Person, Seen

ROWS = "*/network/allocations"
CHANGES: dict[str, tuple[str, Callable[[Person], Awaitable[Seen]], str]] = {
    "create": ("POST", lambda who: who.press("Add port"), "a port was added"),
    "notes": (
        "POST",
        lambda who: who.run("allocations notes", server="Survival", allocation="25566", text="map"),
        "the notes were saved",
    ),
    "primary": (
        "POST",
        lambda who: who.run("allocations primary", server="Survival", allocation="25566"),
        "the primary was changed",
    ),
    "delete": ("DELETE", lambda who: who.press("Remove 203.0.113.7:25566"), "the port was removed"),
}


async def before_the_press(ann: Person, change: str) -> None:
    """Bring the question about the deletion up, where the change is one."""
    if change == "delete":
        await ann.run("allocations delete", server="Survival", allocation="25566")
