"""A component of the bot: the way to the message or form it is on, how to use it, and what that shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.demo.people import Person, Seen
from tests.stage import Stage

Way = Callable[[Stage, Person], Awaitable[Seen]]


@dataclass(frozen=True)
class Scene:
    """The way to a component, and what using it shows.

    `use` is how a button's label begins, or "select:VALUE", or "form:FIELD=VALUE".
    """

    way: Way
    use: str
    shows: str
    changes: bool = False
    forgotten: str | None = None
    """What it shows after a restart, where that needs what was in memory alone."""

    async def play(self, person: Person, seen: Seen) -> Seen:
        """Use the component."""
        kind, _, rest = self.use.partition(":")
        if kind == "select":
            return await person.choose(rest, on=seen)
        if kind == "form":
            name, _, value = rest.partition("=")
            return await person.fill(on=seen, **{name: value})
        return await person.press(self._label(seen), on=seen)

    async def forge(self, stage: Stage, person: Person, seen: Seen, custom_id: str) -> Seen:
        """Use a component of this kind with another custom_id, or as another person."""
        kind, _, rest = self.use.partition(":")
        if kind == "form":
            name, _, value = rest.partition("=")
            return await stage.forge_form(person, custom_id, **{name: value})
        values, number = ([rest], 3) if kind == "select" else ((), 2)
        return await stage.forge(person, custom_id, on=seen, values=values, kind=number)

    def custom_id(self, seen: Seen) -> str:
        """Return the custom_id of the component."""
        if self.use.startswith("form:"):
            return str(seen.form["custom_id"])
        if self.use.startswith("select:"):
            return str(next(part["custom_id"] for part in seen.components if part["type"] == 3))
        return seen.custom_id(self._label(seen))

    def _label(self, seen: Seen) -> str:
        return next(label for label in seen.buttons if label.startswith(self.use))
