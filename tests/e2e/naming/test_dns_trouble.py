"""DNS that says nothing, is slow, fails or lies: told as not looked up, never as wrong, and no list waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest

from bot.demo.nameserver import NameServer
from bot.demo.people import Person
from bot.domain.resolved import Resolved
from bot.front.work import AT_ONCE
from bot.net.resolver import WITHIN, Resolver
from bot.services.ports import Resolver as LooksUp
from tests.dns.odd import Odd
from tests.e2e.crowd import without_waiting
from tests.e2e.naming.given import NAME, SRV, VIEW, ann_named, named
from tests.stage import Stage
from tests.world import World

TROUBLES = ["silence", "SERVFAIL", "REFUSED", "garbage", "another number", "another question"]
RIGHT = {SRV: ["0 5 25565 node.example.org."], f"{NAME} A": ["203.0.113.7"], "node.example.org A": ["203.0.113.7"]}
NOT_KNOWN = f"❔ I could not look up `{NAME}`: "
SLACK = 1.5
"""Seconds more than it may take, for a machine that is busy with other things."""


@pytest.fixture
async def odd(stage: Stage) -> AsyncIterator[Odd]:
    """Yield the DNS that the bot asks, which says nothing at first; what it would say is right."""
    async with Odd(RIGHT, ttl=60) as server:
        stage.look_names_up_by(Resolver(["127.0.0.1"], port=server.port))
        yield server


class Waiting:
    """What the bot asks for names: whether anybody is told anything is for the test to say."""

    def __init__(self, stage: Stage, beyond: LooksUp) -> None:
        self.open = asyncio.Event()
        self.under_way = self.most = 0
        self._stage, self._beyond = stage, beyond

    async def look_up(self, host: str, records: Sequence[str]) -> Resolved:
        """Look a name up once that is allowed."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self._stage.env.external_wait(self.open.wait(), reason="DNS says nothing yet")
        self.under_way -= 1
        return await self._beyond.look_up(host, records)


@pytest.mark.parametrize("does", TROUBLES)
async def test_it_could_not_be_looked_up_and_is_never_told_as_wrong(
    stage: Stage, world: World, odd: Odd, does: str
) -> None:
    odd.does = does
    began = time.monotonic()

    ann, given = await ann_named(stage, world)
    took = time.monotonic() - began
    page = await ann.run("allocations address", server="Survival")

    for seen in (given, page):
        assert NOT_KNOWN in seen.text
        assert "That does not say that it is wrong; try again in a minute." in seen.text
        assert "⚠️" not in seen.text
        assert "✅ No port needed" not in seen.text
    assert f"✅ Players type `{NAME}` from now on" in given.text
    assert took < WITHIN + SLACK


@pytest.mark.parametrize("does", TROUBLES)
async def test_a_change_of_the_primary_is_made_once_and_told_whatever_dns_does(
    stage: Stage, world: World, odd: Odd, does: str
) -> None:
    odd.does = does
    ann, _ = await ann_named(stage, world)
    stage.panel.requests.clear()

    seen = await ann.run("allocations primary", server="5e000001", allocation="25566")

    assert "✅ Made primary" in seen.text
    assert NOT_KNOWN in seen.text
    assert "⚠️" not in seen.text
    assert world.survival.primary_id == 2
    assert len(stage.changes) == 1


async def test_two_rounds_that_are_slow_each_are_given_up_after_a_second_in_all(
    stage: Stage, world: World, odd: Odd
) -> None:
    odd.does = "slow"
    began = time.monotonic()

    _, seen = await ann_named(stage, world)

    assert f"{NOT_KNOWN}its DNS did not answer within a second." in seen.text
    assert time.monotonic() - began < WITHIN + SLACK


async def test_once_dns_answers_it_is_told(stage: Stage, world: World, odd: Odd) -> None:
    odd.does = "SERVFAIL"
    ann, _ = await ann_named(stage, world)
    odd.does = "right"
    stage.look_names_up_by(Resolver(["127.0.0.1"], port=odd.port))

    seen = await ann.press("Look again")

    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in seen.text


async def test_an_answer_is_kept_for_as_long_as_dns_says_whoever_asks_next(
    stage: Stage, world: World, odd: Odd
) -> None:
    now = 1000.0
    odd.does = "right"
    stage.look_names_up_by(Resolver(["127.0.0.1"], port=odd.port, now=lambda: now))
    ann, _ = await ann_named(stage, world)
    bob = await stage.linked("bob", world.bob)
    first = sorted(odd.asked)
    now += odd.ttl - 1
    await ann.press("Look again")
    await bob.run("allocations address", server="Survival")
    within = len(odd.asked)
    now += 2
    seen = await ann.press("Look again")

    assert first == [SRV, "node.example.org A", "node.example.org AAAA", f"{NAME} A", f"{NAME} AAAA"]
    assert within == len(first)
    assert sorted(odd.asked[within:]) == first
    assert "✅ No port needed" in seen.text


async def test_no_list_waits_for_dns_that_says_nothing_nor_asks_it_anything(
    stage: Stage, world: World, odd: Odd
) -> None:
    ann, _ = await ann_named(stage, world)
    odd.asked.clear()
    stage.panel.requests.clear()
    began = stage.env.now()

    listed = await ann.run("allocations list", server="5e000001")
    await ann.press("Refresh")
    copied = await ann.press("Copy address")
    servers = await ann.run("servers")
    found = await ann.run("allocations find", text="25565")

    assert f"🌐 Players type `{NAME}`" in listed.text
    assert copied.message.content == NAME
    assert NAME in servers.text
    assert "25565" in found.text
    assert stage.env.now() == began
    assert odd.asked == []
    assert stage.asked[:3] == [VIEW, VIEW, VIEW]


async def test_a_flood_of_names_is_bounded_and_holds_up_nobodys_list(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    stage.look_names_up_by(None)
    line = stage.bot.services.joining.resolver = Waiting(stage, Resolver(["127.0.0.1"], port=names.port))
    solo = world.solo.identifier

    with stage.still_time():
        with without_waiting(stage):
            flood = [(await named(dan, f"n{number}.example.org", server=solo)).result for number in range(200)]
        await _settled(stage)
        under_way = line.under_way
        listed = await ann.run("allocations list", server="Survival")
        still_under_way = line.under_way
        line.open.set()
        # What DNS answers comes over the network, which nothing that settles waits for.
        while not all(result.acknowledged and _text(dan, result) for result in flood):
            await _settled(stage)
        answers = [_text(dan, result) for result in flood]

    assert under_way == line.most <= AT_ONCE
    assert under_way > 0
    assert "2 of 5 ports used" in listed.text
    assert still_under_way == under_way
    assert sum("✅ Players type" in text or "has no address in DNS" in text for text in answers) == AT_ONCE
    assert sum("One moment, please" in text for text in answers) == 200 - AT_ONCE


async def _settled(stage: Stage) -> None:
    """Wait until nothing is under way but what waits, however long a busy machine takes for 200 commands."""
    while True:
        with suppress(TimeoutError):  # within five seconds, after which the simulation takes the bot for stuck
            return await stage.env.settle()


def _text(person: Person, result: object) -> str:
    return person.saw(result).text  # type: ignore[arg-type]


@pytest.mark.parametrize("where", ["command", "form"])
async def test_a_key_pasted_in_the_place_of_a_name_is_never_asked_for(
    stage: Stage, world: World, odd: Odd, where: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    odd.does = "right"

    if where == "command":
        for text in (world.ann, f"{world.ann}.example.org"):
            await named(ann, text)
    else:
        await ann.run("allocations address", server="Survival")
        odd.asked.clear()
        await ann.press("Give a name…")
        await ann.fill(name=world.ann)

    assert not [question for question in odd.asked if world.ann[:8].lower() in question.lower()]
