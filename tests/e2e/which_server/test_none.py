"""A name that fits none: what is like it, or all of them, and on with what was wanted."""

from __future__ import annotations

import time

import pytest

from tests.e2e.which_server.meant import BOTH, COMMANDS, SHOWN_AT_ONCE, went_on
from tests.stage import Stage
from tests.world import World, add_servers


@BOTH
@pytest.mark.parametrize("typed", ["survivl", "Survial", "vival"])
@pytest.mark.parametrize("command", COMMANDS)
async def test_a_name_that_fits_none_offers_what_is_like_it_and_goes_on_with_that(
    stage: Stage, world: World, command: str, typed: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(command, server=typed, **COMMANDS[command])
    words, changes, buttons = seen.text, list(stage.changes), seen.buttons
    if command not in SHOWN_AT_ONCE:
        seen = await ann.press("Go on with Survival")

    assert "None of your servers has that name, identifier or UUID." in words
    assert "Creative" not in words
    assert changes == []
    assert seen.options == {} or command == "allocations list" or "Survival" not in seen.options
    assert ("Go on with Survival" in buttons) is (command not in SHOWN_AT_ONCE)
    assert await went_on(stage, world, command, seen, ann)


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_name_like_none_offers_all_of_the_persons_servers(stage: Stage, world: World, command: str) -> None:
    ann = await stage.linked("ann", world.ann)

    picker = await ann.run(command, server="xyzzy", **COMMANDS[command])
    options = list(picker.options)
    seen = await ann.choose("Survival")

    assert options == ["Survival", "Creative"]
    assert await went_on(stage, world, command, seen, ann)


async def test_the_likeliest_come_first_and_the_rest_is_left_out(stage: Stage, world: World) -> None:
    for name, ip in (("My Skyblock", "198.51.100.1"), ("Skyblok", "198.51.100.2"), ("Lobby", "198.51.100.3")):
        world.state.add_server(world.state.users[1], name, ip=ip, free_ports=())
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="skyblokc")

    assert list(seen.options) == ["Skyblok", "My Skyblock"]


async def test_an_administrator_is_offered_those_of_others_that_are_like_it(stage: Stage, world: World) -> None:
    user = world.state.add_user("ada", admin=True)
    world.state.add_server(user, "Sollo", limit=3, ip="203.0.113.20", ports=(25565,), free_ports=())
    ada = await stage.linked("ada", world.state.add_key(user))

    seen = await ada.run("allocations primary", server="soloo", allocation="25565")

    assert "None of your own or other people's servers has that name" in seen.text
    assert list(seen.options) == ["Sollo", "Solo"]


async def test_somebody_without_servers_is_told_that_there_is_none(stage: Stage, world: World) -> None:
    eve = await stage.linked("eve", world.state.add_key(world.state.add_user("eve")))

    seen = await eve.run("allocations primary", server="anything", allocation="25565")

    assert "No such server" in seen.text
    assert seen.options == {}


async def test_a_server_that_is_left_blank_is_asked_for_and_what_was_wanted_goes_on(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations primary", server="  ", allocation="25566")
    await ann.choose("Survival")

    assert world.survival.primary_id == 2


async def test_nobody_gets_what_another_person_typed(stage: Stage, world: World) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    picker = await ann.run("allocations notes", server="xyzzy", allocation="25565", text="ann's secret plan")
    custom_id = str(picker.components[0]["custom_id"]).replace(str(ann.id), str(dan.id))

    seen = await stage.forge(dan, custom_id, on=picker, values=["5e000003"], kind=3)

    assert "I no longer know which port you named" in seen.text
    assert stage.changes == []


async def test_names_as_long_and_alike_as_can_be_hold_nobody_up(stage: Stage, world: World) -> None:
    names = add_servers(world, 600)
    for server in world.state.servers.values():
        if server.name in names:
            server.name = f"{'a' * 180} {server.name}"
    ann = await stage.linked("ann", world.ann)
    began = time.perf_counter()

    seen = await ann.run("allocations list", server="a" * 185)

    assert "None of your servers has that name" in seen.text
    assert time.perf_counter() - began < 2
