"""What is shown and posted is what the panel says now, or says how old it is."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.crowd import without_waiting
from tests.stage import Stage
from tests.world import World, add_servers


async def test_notes_are_shown_in_the_list_as_it_is_now(ann: Person, world: World) -> None:
    third = world.state.assign(world.survival, 25570)
    world.survival.primary_id = third.id

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    assert "3 of 5 ports used" in seen.text
    assert "⭐ `203.0.113.7:25570`" in seen.text
    assert "No port is the primary" not in seen.text


async def test_notes_of_what_is_no_longer_the_primary_by_the_time_they_are_written_show_the_new_one(
    stage: Stage, ann: Person, world: World
) -> None:
    held = stage.panel.faults.hold(method="POST")

    with without_waiting(stage):
        waiting = await ann.run("allocations notes", server="Survival", allocation="25565", text="lobby")
    await held.arrived.wait()
    world.survival.primary_id = 2
    held.release()
    await stage.env.settle()

    text = ann.saw(waiting.result).text
    assert "`: lobby" in text
    assert "⭐ `203.0.113.7:25566`" in text
    assert "No port is the primary" not in text


async def test_notes_do_not_list_a_row_that_was_deleted(ann: Person, world: World) -> None:
    third = world.state.assign(world.survival, 25570)
    await ann.press("Refresh")
    world.state.release(third)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    assert "25570" not in seen.text
    assert "2 of 5 ports used" in seen.text


async def test_a_port_that_is_another_allocation_by_now_is_found_as_it_is_now(ann: Person, world: World) -> None:
    world.state.release(world.state.allocations[2])
    other = next(row for row in world.state.allocations.values() if row.port == 25571)
    world.state.assign(world.survival, 25571)
    world.state.allocations[2].port, other.port = 25571, 25566

    await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    assert other.notes == "map"


AGED = " told me <t:"


async def test_a_list_of_servers_is_read_anew_by_the_command_and_marked_with_its_age_when_a_page_is_turned(
    stage: Stage, ann: Person, world: World
) -> None:
    add_servers(world, 10)

    told = (await ann.run("servers")).text
    turned = (await ann.press("Next")).text

    assert AGED not in told
    assert AGED in turned


@pytest.mark.parametrize("command", ["list", "create"])
async def test_a_picker_of_servers_read_earlier_is_marked_with_its_age(
    stage: Stage, ann: Person, world: World, command: str
) -> None:
    world.survival.status = "suspended"

    remembered = (await ann.run(f"allocations {command}")).text
    await stage.restart()
    read = (await ann.run(f"allocations {command}")).text

    assert AGED in remembered
    assert AGED not in read
    assert "⚠️ **Survival** · suspended" in read


async def test_the_servers_of_others_read_earlier_are_marked_with_their_age(stage: Stage, world: World) -> None:
    world.state.users[1].admin = True
    world.state.add_server(world.state.users[4], "Duo", ip="203.0.113.99", free_ports=())
    ann = await stage.linked("ann", world.ann)
    listed = await ann.run("servers")

    read = (await ann.press("Other people's servers", on=listed)).text
    await ann.press("My servers")
    remembered = (await ann.press("Other people's servers")).text

    assert AGED not in read
    assert AGED in remembered


async def test_who_had_no_server_a_moment_ago_is_not_told_so_from_memory(stage: Stage, world: World) -> None:
    eve = world.state.add_user("eve")
    person = await stage.linked("eve", world.state.add_key(eve))
    world.state.add_server(eve, "First", limit=3, ip="203.0.113.10", ports=(25565,), free_ports=())

    seen = await person.run("allocations list")

    assert "1 of 3 ports used" in seen.text


async def test_the_address_that_is_posted_is_the_one_of_now(ann: Person, world: World) -> None:
    world.survival.primary_id = 2

    await ann.press("Post address here")
    seen = await ann.press("Post")

    assert "`203.0.113.7:25566`" in seen.text
