"""How often and how long: a port once in 30 seconds, five at once, and nobody is held up."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from bot.demo.games import JavaGame
from bot.demo.people import Person
from bot.services.game.probing import AT_ONCE
from tests.e2e.checks import CheckingStage, check, place
from tests.e2e.crowd import without_waiting
from tests.net.hostile import Dripping
from tests.world import SURVIVAL, World


async def test_one_address_is_asked_once_in_30_seconds_by_whomever(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    bob = await stage.linked("bob", world.bob)
    async with JavaGame() as game:
        place(world, world.survival, game.port)
        first = await check(ann, game.port)
        again = await ann.press("Check again")
        others = await check(bob, game.port)
        await stage.pass_time(28)
        await ann.press("Check again")
        asked = len(game.asked)
        await stage.pass_time(3)
        await ann.press("Check again")

    assert asked == 1
    assert first.text == again.text
    assert "✅ Answers as Minecraft Java" in others.text
    assert len(game.asked) == 2


async def test_a_flood_of_presses_asks_the_game_once_and_gets_five_actions_under_way(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        page = await ann.run("allocations list", server=SURVIVAL)
        stage.panel.requests.clear()
        with without_waiting(stage):
            for _ in range(200):
                await stage.forge(ann, f"v1:check.ask:{ann.id}:{SURVIVAL}:{row}", on=page)
        await stage.env.settle()

    assert game.asked == [("127.0.0.1", game.port)]
    assert len(stage.asked) <= 60


async def test_five_are_checked_at_once_and_a_sixth_waits(stage: CheckingStage, ann: Person, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    arrivals = asyncio.Semaphore(0)
    async with AsyncExitStack() as stack:
        games = [await stack.enter_async_context(Dripping(every=0.1, arrivals=arrivals)) for _ in range(AT_ONCE + 1)]
        rows = [place(world, world.survival, game.port) for game in games]
        page = await ann.run("allocations list", server=SURVIVAL)
        bobs, another = [await bob.run("allocations list", server=SURVIVAL) for _ in range(2)]
        with without_waiting(stage):
            for number, row in enumerate(rows[:AT_ONCE]):
                who, on = (ann, page) if number < 4 else (bob, bobs)
                await stage.forge(who, f"v1:check.ask:{who.id}:{SURVIVAL}:{row}", on=on)
            for _ in range(AT_ONCE):
                await arrivals.acquire()
            sixth = (await stage.forge(bob, f"v1:check.ask:{bob.id}:{SURVIVAL}:{rows[-1]}", on=another)).result
        await stage.env.settle()

    assert [game.connected for game in games] == [1] * AT_ONCE + [0]
    assert "I check 5 ports at once, for everybody together" in bob.saw(sixth).text


async def test_a_game_that_never_ends_holds_up_nobody(stage: CheckingStage, ann: Person, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    arrivals = asyncio.Semaphore(0)
    async with Dripping(every=0.1, arrivals=arrivals) as game:
        row = place(world, world.survival, game.port)
        page = await ann.run("allocations list", server=SURVIVAL)
        with without_waiting(stage):
            waiting = (await stage.forge(ann, f"v1:check.ask:{ann.id}:{SURVIVAL}:{row}", on=page)).result
            await arrivals.acquire()
            since = len(stage.env.http_requests)
            await bob.run("allocations list", server=SURVIVAL)
        await stage.env.settle()

    texts = [str(call.json) for call in stage.env.http_requests[since:]]
    listed = next(place for place, text in enumerate(texts) if "ports used" in text)
    told = next(place for place, text in enumerate(texts) if "Something accepts" in text)
    assert listed < told
    assert "Something accepts TCP connections" in ann.saw(waiting).text


async def test_who_presses_while_the_port_is_asked_for_another_is_told_so_and_then_what_came_of_it(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    bob = await stage.linked("bob", world.bob)
    arrivals = asyncio.Semaphore(0)
    async with Dripping(every=0.1, arrivals=arrivals) as game:
        row = place(world, world.survival, game.port)
        anns, bobs = [await who.run("allocations list", server=SURVIVAL) for who in (ann, bob)]
        with without_waiting(stage):
            await stage.forge(ann, f"v1:check.ask:{ann.id}:{SURVIVAL}:{row}", on=anns)
            await arrivals.acquire()
            early = (await stage.forge(bob, f"v1:check.ask:{bob.id}:{SURVIVAL}:{row}", on=bobs)).result
        await stage.env.settle()
        waiting = bob.saw(early)
        told, offered = waiting.text, set(waiting.buttons)
        then = await stage.forge(bob, f"v1:check.ask:{bob.id}:{SURVIVAL}:{row}", on=bobs)

    assert "This port is being checked at this moment" in told
    assert "Possible again" in told
    assert {"Check", "Make primary", "Back"} <= offered
    assert "Something accepts TCP connections" in then.text
    assert game.connected == 1
