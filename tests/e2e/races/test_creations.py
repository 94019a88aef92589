"""Creations that overlap: one for one person, one after the other for two."""

from __future__ import annotations

from bot.demo.people import Person
from tests.e2e.crowd import without_waiting
from tests.e2e.races.asked import keys
from tests.stage import Stage, changing
from tests.world import World


async def test_a_double_press_on_add_adds_one(stage: Stage, world: World, ann: Person) -> None:
    panel = ann.seen
    add = panel.custom_id("Add port")

    async with stage.slow_panel():
        first = await stage.forge(ann, add, on=panel)
        second = await stage.forge(ann, add, on=panel)
        words = second.text

    assert "Already on it" in words
    assert second.ephemeral
    assert "✅ Added" in ann.saw(first.result).text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_a_press_on_an_add_button_already_used_adds_none(stage: Stage, world: World, ann: Person) -> None:
    panel = ann.seen
    add = panel.custom_id("Add port")
    await stage.forge(ann, add, on=panel)

    seen = await stage.forge(ann, add, on=panel)

    assert "Already on it" in seen.text
    assert "That press was already taken" in seen.text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_two_overlapping_creations_by_one_person_create_one(stage: Stage, world: World, ann: Person) -> None:
    async with stage.slow_panel():
        first = await ann.run("allocations create", server="Survival", notes="first")
        second = await ann.run("allocations create", server="Survival", notes="second")
        words = second.text

    assert "Already on it" in words
    assert "I am still adding a port to this server for you" in words
    assert "✅ Added" in ann.saw(first.result).text
    assert [row.notes for row in world.state.allocations_of(world.survival)] == [None, "voice lobby", "first"]


async def test_a_command_and_a_press_at_once_create_one(stage: Stage, world: World, ann: Person) -> None:
    panel = ann.seen

    async with stage.slow_panel():
        first = await ann.run("allocations create", server="Survival")
        second = await ann.press("Add port", on=panel)
        words = second.text

    assert "Already on it" in words
    assert "✅ Added" in ann.saw(first.result).text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_a_press_and_a_picker_at_once_create_one(stage: Stage, world: World, ann: Person) -> None:
    panel = ann.seen
    await ann.run("allocations create")

    async with stage.slow_panel():
        await ann.choose("Survival")
        second = await ann.press("Add port", on=panel)
        words = second.text

    assert "Already on it" in words
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_one_creation_after_the_other_creates_two(stage: Stage, world: World, ann: Person) -> None:
    await ann.run("allocations create", server="Survival")
    await ann.run("allocations create", server="Survival")

    assert len(world.state.allocations_of(world.survival)) == 4


async def test_two_people_who_create_at_once_are_served_one_after_the_other(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    async with stage.slow_panel():
        first = await ann.run("allocations create", server="Survival")
        second = await bob.run("allocations create", server="Survival")

    asked = keys(stage)
    assert sorted(asked[:2]) == [("GET", world.ann), ("GET", world.bob)]
    # Bob's turn begins with a reading of its own, for what he read before it is old.
    turns = [("POST", world.ann), ("GET", world.ann), ("GET", world.bob), ("POST", world.bob), ("GET", world.bob)]
    assert asked[2:] == turns
    assert "3 of 5 ports used" in ann.saw(first.result).text
    assert "4 of 5 ports used" in bob.saw(second.result).text


async def test_two_people_who_want_the_last_free_place_get_one_place_and_one_answer_each(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    world.survival.limit = 3

    async with stage.slow_panel():
        first = await ann.run("allocations create", server="Survival")
        second = await bob.run("allocations create", server="Survival")

    assert "✅ Added" in ann.saw(first.result).text
    assert "The allocation limit is reached" in bob.saw(second.result).text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_different_servers_do_not_wait_for_each_other(stage: Stage, world: World, ann: Person) -> None:
    dan = await stage.linked("dan", world.dan)
    await dan.run("allocations list")
    stage.panel.requests.clear()

    async with stage.slow_panel(changing):
        await ann.run("allocations notes", server="Survival", allocation="25566", text="a")
        await dan.run("allocations create")
        stage.panel.requests.clear()

    assert sorted(keys(stage)[:2]) == sorted([("POST", world.ann), ("POST", world.dan)])


async def test_two_creations_at_once_on_servers_that_share_an_ip_get_two_addresses(
    stage: Stage, world: World, ann: Person
) -> None:
    owner = next(user for user in world.state.users.values() if user.username == "dan")
    other = world.state.add_server(owner, "Neighbour", ip="203.0.113.7", ports=(25600,), free_ports=())
    dan = await stage.linked("dan", world.dan)
    stage.panel.chance.row = lambda rows: rows[0]
    stage.panel.database.takes(0.08)

    with without_waiting(stage):
        await ann.run("allocations create", server="Survival")
        await dan.run("allocations create", server="Neighbour")
    await stage.env.settle()

    had = [world.state.allocations_of(server) for server in (world.survival, other)]
    assert [len(rows) for rows in had] == [3, 2]
