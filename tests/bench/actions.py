"""What people do in the benchmark, each a function from the number of the action to the interaction.

The changes expect the panel as it is after a reset, when the people first act.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count

from tests.bench.load import Act, Loaded, closed
from tests.bench.world import Person
from tests.wire import Interaction
from tests.wire.message import Message


class Actions:
    """The actions of some people on one contender; they take turns."""

    def __init__(self, contender: Loaded, people: Sequence[Person]) -> None:
        self._contender = contender
        self._discord = contender.discord
        self._people = people
        self._messages: dict[int, Message] = {}
        self._texts = count()
        self._names = count(1)
        self._promoted: Counter[int] = Counter()

    def _person(self, number: int) -> Person:
        return self._people[number % len(self._people)]

    async def floor_list(self, number: int) -> Interaction:
        """Run the floor's one command."""
        person = self._person(number)
        return await self._discord.slash(person.user_id, "list", {"server": person.server})

    async def list(self, number: int) -> Interaction:
        """Run `/allocations list` for a server that was picked from the suggestions."""
        person = self._person(number)
        return await self._discord.slash(person.user_id, "allocations list", {"server": person.server})

    async def typed(self, number: int) -> Interaction:
        """Run `/allocations list` for the name of a server, which is another each time."""
        person = self._person(number)
        return await self._discord.slash(
            person.user_id, "allocations list", {"server": person.name_of(next(self._names))}
        )

    async def suggest(self, number: int) -> Interaction:
        """Type a letter into the option `server`."""
        return await self._discord.autocomplete(self._person(number).user_id, "allocations list", "server", "s")

    async def press(self, number: int) -> Interaction:
        """Press Refresh on the manage panel."""
        user = self._person(number).user_id
        return await self._discord.press(user, self._messages[user], "Refresh")

    async def notes(self, number: int) -> Interaction:
        """Run `/allocations notes` with a text that is not there yet, for an allocation that was suggested."""
        person = self._person(number)
        text = f"lobby {next(self._texts)}"
        options = {"server": person.server, "allocation": f"#{person.allocation(1)}", "text": text}
        return await self._discord.slash(person.user_id, "allocations notes", options)

    async def primary(self, number: int) -> Interaction:
        """Run `/allocations primary`, with the second allocation, which is not it at first, and the first in turn."""
        person = self._person(number)
        self._promoted[person.number] += 1
        which = self._promoted[person.number] % 2
        options = {"server": person.server, "allocation": f"#{person.allocation(which)}"}
        return await self._discord.slash(person.user_id, "allocations primary", options)

    async def create(self, number: int) -> Interaction:
        """Run `/allocations create`."""
        person = self._person(number)
        return await self._discord.slash(person.user_id, "allocations create", {"server": person.server})

    async def warm_up(self) -> None:
        """Let everybody open their manage panel and read their servers anew, so that the bot knows them."""
        await closed(self._contender, self._opened, 10, len(self._people))
        await closed(self._contender, self._servers, 10, len(self._people))

    async def _servers(self, number: int) -> Interaction:
        return await self._discord.slash(self._person(number).user_id, "servers")

    async def _opened(self, number: int) -> Interaction:
        interaction = await (await self.list(number)).wait_for_answer()
        if interaction.message is None:
            raise AssertionError(f"no manage panel: {interaction}")
        self._messages[interaction.user_id] = interaction.message
        return interaction


def of_names(actions: Actions) -> dict[str, Act]:
    """Return the bot's actions by the name under which they are reported."""
    return {
        "list": actions.list,
        "button press (Refresh)": actions.press,
        "warm autocomplete": actions.suggest,
        "notes": actions.notes,
        "primary": actions.primary,
        "create": actions.create,
    }
