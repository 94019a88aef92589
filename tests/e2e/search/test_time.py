"""How long a search takes, how many calls it makes, and what it tells meanwhile."""

from __future__ import annotations

import aiohttp

from bot.demo.people import Person
from tests.e2e.search.searching import FIND, found, linked
from tests.stage import Stage
from tests.world import World, add_servers


# Five hundred servers
async def test_five_hundred_servers_are_searched_in_one_call_a_page_and_no_more(stage: Stage, world: World) -> None:
    ann = await linked(stage, "ann", world.ann)
    add_servers(world, 498)
    world.state.allocations_of(list(world.state.servers.values())[-1])[0].notes = "needle"

    seen = await ann.run(FIND, text="needle")

    assert "I searched 500 servers of yours" in seen.text
    assert len(found(seen)) == 1
    assert stage.asked == ["GET /"] * 5
    assert {call.path.partition("page=1")[0].partition("?")[0] for call in stage.panel.requests} == {"/api/client"}


async def test_a_long_search_is_answered_in_time_and_tells_how_far_it_is(stage: Stage, world: World) -> None:
    ann = await linked(stage, "ann", world.ann)
    add_servers(world, 498)

    def third(request: aiohttp.TraceRequestStartParams) -> bool:
        return request.url.query.get("page") == "3"

    async with stage.slow_panel(third):
        waiting = await ann.run(FIND, text="voice")
        assert not waiting.result.acknowledged
        await stage.env.advance_time(1.6)
        assert waiting.result.acknowledged
        await stage.env.advance_time(0.6)
        meanwhile = ann.saw(waiting.result).text

    assert "I have read 200 of 500 servers so far" in meanwhile
    seen = ann.saw(waiting.result)
    assert len(found(seen)) == 1
    assert "I searched 500 servers of yours" in seen.text


async def test_before_the_first_page_has_come_it_says_whom_it_asks(stage: Stage, world: World, ann: Person) -> None:
    async with stage.slow_panel():
        waiting = await ann.run(FIND, text="voice")
        await stage.env.advance_time(2.1)
        meanwhile = ann.saw(waiting.result).text

    assert "🔎 Searching" in meanwhile
    assert "for the servers" in meanwhile
    assert len(found(ann.saw(waiting.result))) == 1


async def test_two_searches_at_once_share_one_reading(stage: Stage, world: World, ann: Person) -> None:
    async with stage.slow_panel():
        first = await ann.run(FIND, text="voice")
        second = await ann.run(FIND, text="25565")
        await stage.env.advance_time(2)

    assert stage.asked == ["GET /"]
    assert len(found(ann.saw(first.result))) == 1
    assert len(found(ann.saw(second.result))) == 2


async def test_a_panel_that_fails_is_told_with_a_button_that_searches_again(stage: Stage, ann: Person) -> None:
    stage.panel.faults.maintenance(times=1)

    refused = (await ann.run(FIND, text="voice")).text
    seen = await ann.press("Try again")

    assert "is in maintenance" in refused
    assert len(found(seen)) == 1
