"""The form for notes: the ways to it, its field, and how it opens where the panel is too slow to fill it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from bot.demo.people import Person, Seen
from tests.stage import Stage


def field(form: dict[str, Any]) -> dict[str, Any]:
    """Return the form's only text input, with its label's words."""
    (label,) = form["components"]
    return {**label["component"], "label": label["label"], "description": label["description"]}


async def form_by_button(person: Person) -> Seen:
    """Open the notes form from the allocation's own page."""
    await person.run("allocations list", server="Survival")
    await person.choose("203.0.113.7:25566")
    return await person.press("Edit notes")


async def form_by_command(person: Person) -> Seen:
    """Open the notes form with the command."""
    return await person.run("allocations notes", server="Survival", allocation="25566")


async def unread(stage: Stage, action: Awaitable[Seen], person: Person) -> Seen:
    """Do an action that opens the form while the panel is too slow to prefill it; return the form."""
    async with stage.slow_panel():
        waiting = await action
        assert not waiting.result.acknowledged
        await stage.env.advance_time(1.9)
        return person.saw(waiting.result)
