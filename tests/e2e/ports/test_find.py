"""Finding a port among many: the form, the option `find:`, and the way back to all."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.stage import Stage
from tests.world import World, fill_up


@pytest.fixture(name="ann")
async def owner_of_many(stage: Stage, world: World) -> Person:
    """Return Ann, whose Survival has 60 ports, every tenth of them with notes."""
    fill_up(world, world.survival, 60)
    for number, row in enumerate(world.state.allocations_of(world.survival)):
        if number % 10 == 5:
            row.notes = f"Web Map of world {number}"
    return await stage.linked("ann", world.ann)


async def test_find_shows_what_has_the_words_of_the_notes_with_how_many_of_how_many(ann: Person) -> None:
    panel = await ann.run("allocations list", server="Survival")
    form = (await ann.press("Find")).form

    seen = await ann.fill(words="world map")

    assert form["title"] == "Find a port · Survival"
    assert form["components"][0]["component"]["placeholder"] == "For example: 25565, voice chat"
    assert seen.message.id == panel.message.id
    assert "🔎 Found 6 of 60 ports with “world map”" in seen.text
    assert len(seen.options) == seen.text.count("\n▫️ `") == seen.text.count("Web Map of world") == 6


async def test_what_the_form_gives_as_an_example_finds_its_port(world: World, ann: Person) -> None:
    world.state.allocations_of(world.survival)[0].notes = "voice chat"
    await ann.run("allocations list", server="Survival")
    form = (await ann.press("Find")).form
    example = str(form["components"][0]["component"]["placeholder"]).removeprefix("For example: ")

    seen = await ann.fill(words=example)
    over_all = await ann.run("allocations find", text=example)

    assert f"🔎 Found 1 of 60 ports with “{example}”" in seen.text
    assert ":25565" in over_all.text
    assert "voice chat" in over_all.text


async def test_find_by_port_shows_that_port_and_show_all_leads_back(ann: Person) -> None:
    await ann.run("allocations list", server="Survival")
    await ann.press("Find")

    seen = await ann.fill(words="26031")
    words, options = seen.text, list(seen.options)
    back = await ann.press("Show all")

    assert "🔎 Found 1 of 60 ports with “26031”" in words
    assert options == ["203.0.113.7:26031"]
    assert "60 of 100 ports used" in back.text
    assert "Page 1 of 3" in back.text


async def test_the_option_find_does_the_same_at_once(ann: Person) -> None:
    seen = await ann.run("allocations list", server="Survival", find="WORLD 15")

    assert "🔎 Found 1 of 60 ports with “WORLD 15”" in seen.text
    assert seen.buttons["Show all"] is True


async def test_without_a_server_the_picker_keeps_what_is_sought(stage: Stage, ann: Person) -> None:
    picker = (await ann.run("allocations list", find="world 15")).text
    await stage.restart()

    seen = await ann.choose("5e000001")

    assert "Choose the one to look in" in picker
    assert "🔎 Found 1 of 60 ports with “world 15”" in seen.text


async def test_what_is_found_comes_in_pages_too_and_refresh_keeps_them(world: World, ann: Person) -> None:
    await ann.run("allocations list", server="Survival", find="203.0.113.7")
    first_words = (await ann.press("Next")).text
    world.state.release(world.state.allocations_of(world.survival)[-1])

    seen = await ann.press("Refresh")

    assert "Found 60 of 60 ports" in first_words
    assert "Page 2 of 3" in first_words
    assert "Found 59 of 59 ports" in seen.text
    assert "Page 2 of 3" in seen.text


async def test_back_from_what_was_found_leads_to_what_was_found(stage: Stage, ann: Person) -> None:
    found = await ann.run("allocations list", server="Survival", find="world")
    option = list(found.options)[1]
    detail = await ann.choose(option)
    title, others = detail.embed.title, list(detail.options)
    await stage.restart()

    seen = await ann.press("Back")

    assert title == f"Port {option.rpartition(':')[2]} · Survival"
    assert len(others) == 6
    assert "🔎 Found 6 of 60 ports with “world”" in seen.text


async def test_where_nothing_is_found_it_says_so_and_leads_on(ann: Person) -> None:
    seen = await ann.run("allocations list", server="Survival", find="minimap")

    assert "🔎 Found none of 60 ports with “minimap”" in seen.text
    assert "Try fewer letters, or press **Show all**." in seen.text
    assert seen.options == {}
    assert seen.buttons["Find"] is True
    assert seen.buttons["Show all"] is True


async def test_a_list_of_one_page_offers_no_find(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert "Find" not in seen.buttons


async def test_words_of_other_scripts_are_found_and_what_is_too_long_is_told_as_it_was_used(
    world: World, ann: Person
) -> None:
    world.state.allocations_of(world.survival)[3].notes = "голосовой чат для всех"
    await ann.run("allocations list", server="Survival")
    await ann.press("Find")

    seen = await ann.fill(words="голосовой чат для всех")

    assert "🔎 Found 1 of 60 ports with “голосовой чат дл”" in seen.text


async def test_a_damaged_search_in_a_custom_id_is_outdated(stage: Stage, ann: Person) -> None:
    panel = await ann.run("allocations list", server="Survival")

    seen = await stage.forge(ann, f"v1:alloc.list:{ann.id}:5e000001:0:_", on=panel)

    assert "❌ **This message is from an earlier version of me**" in seen.text
    assert "Found" not in seen.text


async def test_a_select_of_an_earlier_version_opens_its_port(stage: Stage, ann: Person) -> None:
    panel = await ann.run("allocations list", server="Survival")

    for custom_id in (f"v1:alloc.pick:{ann.id}:5e000001:0", f"v1:alloc.pick:{ann.id}:5e000001:5:0123abcd"):
        seen = await stage.forge(ann, custom_id, on=panel, values=["2"], kind=3)

        assert seen.embed.title == "Port 25566 · Survival"
        assert seen.buttons["Back"] is True
