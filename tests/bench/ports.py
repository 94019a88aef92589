"""What the way from a port to a running game takes: several at once, the question before a restart, who, and where."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.changing.second_look import AFTER
from tests.bench.figures import Figure, against_itself, cpus, plain
from tests.bench.lab import PEOPLE, Lab
from tests.bench.load import AFTERWARDS, Act, Batch, alone
from tests.bench.processes import Contender
from tests.bench.world import Account, Person
from tests.wire import Interaction
from tests.wire.discord_app import Options
from tests.wire.message import Message

_SEVERAL = 4
_LOOK = 0.002
"""Seconds between two looks whether a message that is edited says how it ended."""
_WITHIN = 30.0
_DEFERRED = 15 * 60.0
"""Seconds Discord leaves for an answer that was deferred."""


class _Ways:
    """The actions of some people; they take turns."""

    def __init__(self, bot: Contender, people: Sequence[Person]) -> None:
        self._discord = bot.discord
        self._people = people
        self._lists: dict[int, Message] = {}
        self._logs: dict[int, Message] = {}
        self._found: dict[int, Message] = {}

    def _person(self, number: int) -> Person:
        return self._people[number % len(self._people)]

    async def list(self, number: int) -> Interaction:
        """Run `/allocations list`."""
        person = self._person(number)
        listed = await self._discord.slash(person.user_id, "allocations list", {"server": person.server})
        self._lists[person.user_id] = (await listed.wait_for_answer()).shown
        return listed

    async def several(self, number: int) -> Interaction:
        """Run `/allocations create` for four at once; done when all are there."""
        person = self._person(number)
        options: Options = {"server": person.server, "notes": "lobby", "count": _SEVERAL}
        asked = await self._discord.slash(person.user_id, "allocations create", options)
        return await _until(asked, f"{_SEVERAL} of {_SEVERAL} ports added")

    async def restart(self, number: int) -> Interaction:
        """Press Restart… on a list: what the server does now, and the question."""
        user = self._person(number).user_id
        return await _until(await self._discord.press(user, self._lists.pop(user), "Restart…"), "A restart disconnects")

    async def open_log(self, number: int) -> Interaction:
        """Run `/allocations history` on a server and press Everyone's changes."""
        person = self._person(number)
        own = await self._discord.slash(person.user_id, "allocations history", {"server": person.server})
        log = await self._discord.press(person.user_id, (await own.wait_for_answer()).shown, "Everyone's changes")
        self._logs[person.user_id] = (await log.wait_for_answer()).shown
        return log

    async def everyone(self, number: int) -> Interaction:
        """Press Refresh on everyone's changes."""
        user = self._person(number).user_id
        return await _until(await self._discord.press(user, self._logs[user], "Refresh"), "'s own log has")

    async def find(self, number: int) -> Interaction:
        """Run `/allocations find` for a port that every server has."""
        user = self._person(number).user_id
        asked = await self._discord.slash(user, "allocations find", {"text": "25565"})
        self._found[user] = (await _until(asked, "I searched")).shown
        return asked

    async def find_anew(self, number: int) -> Interaction:
        """Press Search again, which reads every server."""
        user = self._person(number).user_id
        return await _until(await self._discord.press(user, self._found[user], "Search again"), "I searched")


async def _until(interaction: Interaction, words: str) -> Interaction:
    """Wait until its message says this, which is the answer then: what it said before was how far it is."""
    await interaction.wait_for_answer()
    try:
        async with asyncio.timeout(_WITHIN):
            while words not in interaction.text:
                await asyncio.sleep(_LOOK)
                interaction.answered_at = time.perf_counter()
    except TimeoutError:
        raise AssertionError(f"“{words}” was not said within {_WITHIN:g} s, but: {interaction.text}") from None
    return interaction


@dataclass(frozen=True, slots=True)
class _Taken:
    batch: Batch
    calls: float
    """What the bot asked the panel for each."""


async def ports(lab: Lab) -> list[Figure]:
    """Measure four ports at once, Restart…, everyone's changes, and find over 500 servers, panel at 0 and 50 ms."""
    great = [Person(0, Account.GREAT)]
    bot = await lab.bot(people=[*PEOPLE, *great])
    return [figure for delay in (0.0, 0.05) for figure in await _at(lab, bot, great, delay)]


async def _at(lab: Lab, bot: Contender, great: Sequence[Person], delay: float) -> list[Figure]:
    found: dict[str, list[_Taken]] = {}
    for _ in range(lab.options.rounds):
        await lab.panel.tell(reset=True, delay=delay)
        one, many = _Ways(bot, PEOPLE), _Ways(bot, great)

        async def take(name: str, act: Act, count: int, *, afterwards: float = AFTERWARDS) -> None:
            await lab.panel.tell()
            batch = await alone(bot, act, count, afterwards=afterwards)
            calls = (await lab.panel.tell())["calls"] / len(batch.answered)
            found.setdefault(name, []).append(_Taken(batch, calls))

        # One each: who acts more than 60 times in ten seconds is asked to wait.
        count, few = min(len(PEOPLE), lab.options.actions), min(20, lab.options.actions)
        await take("list", one.list, count)
        await take("Restart…, the question", one.restart, count)
        await alone(bot, one.open_log, count)
        await take("everyone's changes", one.everyone, count)
        await take("four ports at once", one.several, max(1, count // 5), afterwards=AFTER + 1.0)
        await alone(bot, many.find, 1)
        await take("find over 500 servers, just read", many.find, few)
        await take("find over 500 servers, read anew", many.find_anew, few)
    await lab.panel.tell(reset=True, delay=0.0)
    return _figures(found, f"panel at {delay * 1000:.0f} ms")


def _figures(found: dict[str, list[_Taken]], load: str) -> list[Figure]:
    base = [taken.batch for taken in found.pop("list")]
    figures = []
    for name, rounds in found.items():
        batches = [taken.batch for taken in rounds]
        seconds = [max(batch.answered) for batch in batches]
        figures += [
            against_itself(f"{name}, {load}, CPU, of a list's", "ms", cpus(batches), cpus(base)),
            plain(
                f"{name}, {load}, final answer, slowest",
                "s",
                seconds,
                budget=_DEFERRED if name.startswith("find") else None,
            ),
            plain(f"{name}, {load}, panel calls each", "", [taken.calls for taken in rounds]),
        ]
    lost = [float(sum(taken.batch.lost for taken in each)) for each in zip(*found.values(), strict=True)]
    return [*figures, plain(f"ports, {load}, actions lost or refused", "", lost, budget=0)]
