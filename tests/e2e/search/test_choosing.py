"""From what was found to its server, and through the pages of it."""

from __future__ import annotations

from bot.demo.people import Person
from tests.e2e.search.searching import FIND, VIEW, found
from tests.stage import Stage
from tests.world import World, add_servers


async def test_choosing_one_opens_its_server_on_the_page_with_it_in_one_call(
    stage: Stage, world: World, ann: Person
) -> None:
    world.survival.limit = 100
    for port in range(30000, 30040):
        world.state.assign(world.survival, port)
    world.state.assign(world.survival, 30040, notes="the one")
    search = await ann.run(FIND, text="the one")
    stage.panel.requests.clear()

    seen = await ann.choose(next(iter(search.options)))

    assert stage.asked == [VIEW]
    assert seen.message.id == search.message.id
    assert seen.embed.title == "Survival"
    assert "🔎 ▫️ `203.0.113.7:30040` · the one" in seen.text
    assert "203.0.113.7:30040" in seen.options
    assert "play.example.com:25565" not in seen.options


async def test_choosing_one_that_is_gone_meanwhile_says_so_above_what_is_there(world: World, ann: Person) -> None:
    await ann.run(FIND, text="voice")
    world.state.release(world.state.allocations[2])

    seen = await ann.choose(next(iter(ann.seen.options)))

    assert "⚠️ The port that I found is no longer on this server." in seen.text
    assert "play.example.com:25565" in seen.options


async def test_many_results_come_in_pages_that_cost_no_further_call(stage: Stage, world: World, ann: Person) -> None:
    add_servers(world, 12)

    first = found(await ann.run(FIND, text="25565"))
    second = found(await ann.press("Next"))

    assert (len(first), len(second)) == (10, 4)
    assert not set(first) & set(second)
    assert ann.seen.buttons["Next"] is False
    assert stage.asked == ["GET /"]


async def test_buttons_of_a_search_work_after_a_restart(stage: Stage, world: World, ann: Person) -> None:
    add_servers(world, 12)
    await ann.run(FIND, text="25565")
    await stage.restart()

    seen = await ann.press("Next")

    assert len(found(seen)) == 4


async def test_a_text_too_long_for_a_button_waits_in_memory_and_is_asked_for_when_that_is_gone(
    stage: Stage, world: World, ann: Person
) -> None:
    world.state.allocations[2].notes = "ä" * 60
    await ann.run(FIND, text="ä" * 60)
    again = found(await ann.press("Search again"))
    await stage.restart_without_texts()

    seen = await ann.press("Search again")

    assert len(again) == 1
    assert "I no longer know what you searched for" in seen.text
    assert "</allocations find:" in seen.text
    assert list(seen.buttons) == ["My servers"]
    assert "2 servers" in (await ann.press("My servers")).text
