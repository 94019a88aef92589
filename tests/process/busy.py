"""People who use the bot all the time, as many a second as the machine has room for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from tests.process.harbour import Harbour, Member
from tests.wire import Interaction

PEOPLE = 50
PER_SECOND = 20


class Crowd:
    """People who list, press and write notes all the time, one after the other."""

    def __init__(self, harbour: Harbour) -> None:
        self._harbour = harbour
        self._numbers = count()
        self._members: list[Member] = []
        self._panels: list[Interaction] = []
        self._latest: dict[int, Interaction] = {}
        self.asked: list[Interaction] = []
        self.seconds = 0.0
        """How long they were busy."""
        self.written: dict[int, Interaction] = {}
        """What was done by each who wrote notes, by the number in the notes."""
        self.listed: list[Interaction] = []

    async def arrive(self) -> None:
        """Link everybody and open their servers."""
        for _ in range(0, PEOPLE, 10):
            self._members += await asyncio.gather(*(self._harbour.linked() for _ in range(10)))
        self._panels = [await self._harbour.open_panel(member) for member in self._members]

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Let them be busy for the length of the block."""
        over, began = asyncio.Event(), asyncio.get_running_loop().time()
        acting = asyncio.create_task(self._act(over))
        try:
            yield
        finally:
            over.set()
            await acting
            self.seconds = asyncio.get_running_loop().time() - began

    async def _act(self, over: asyncio.Event) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while not over.is_set():
            number = next(self._numbers)
            if not self._waits(number % PEOPLE):
                self._latest[number % PEOPLE] = await self._act_once(number)
            due += 1 / PER_SECOND
            await asyncio.sleep(max(due - clock(), 0))

    def _waits(self, person: int) -> bool:
        """Tell whether a person has no answer yet: on a slow machine six of theirs would be refused, and rightly."""
        latest = self._latest.get(person)
        return latest is not None and latest.answered_at is None

    async def _act_once(self, number: int) -> Interaction:
        member, panel = self._members[number % PEOPLE], self._panels[number % PEOPLE]
        # Of each person in turn, whatever their number.
        what = (number + number // PEOPLE) % 3
        if what == 0:
            done = self.written[number] = await self._harbour.annotate(member, f"number {number}")
        elif what == 1:
            options = {"server": member.server.identifier}
            done = await self._harbour.discord.slash(member.id, "allocations list", options)
            self.listed.append(done)
        else:
            done = await panel.press("Refresh")
            self.listed.append(done)
        self.asked.append(done)
        return done
