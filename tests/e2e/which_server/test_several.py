"""A name that fits several servers: a picker, and on with what was wanted."""

from __future__ import annotations

import pytest

from tests.e2e.which_server.meant import BOTH, COMMANDS, VIEW, went_on
from tests.stage import Stage
from tests.world import World


@BOTH
@pytest.mark.parametrize("command", COMMANDS)
async def test_a_name_that_fits_several_asks_which_and_goes_on_with_what_was_wanted(
    stage: Stage, world: World, twins: str, command: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    picker = await ann.run(command, server="surv", **COMMANDS[command])
    words, options, changes = picker.text, picker.options, list(stage.changes)
    seen = await ann.choose("5e000001")

    assert "Which server do you mean?" in words
    assert "2 of your servers match what you typed. Choose the one" in words
    assert options == {"Survival": "5e000001", "Survival Two": twins}
    assert changes == []
    assert seen.message.id == picker.message.id
    assert await went_on(stage, world, command, seen, ann)


async def test_the_notes_form_of_a_name_that_fits_several_opens_after_the_choice(
    stage: Stage, world: World, twins: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="surv", allocation="25566")

    form = await ann.choose("5e000001")
    title = form.form["title"]
    await ann.fill(notes="from the form")

    assert title == "Notes of 203.0.113.7:25566"
    assert world.state.allocations[2].notes == "from the form"


async def test_after_the_choice_of_a_server_a_port_on_two_addresses_is_asked_about_too(
    stage: Stage, world: World, twins: str
) -> None:
    world.state.add_allocation("203.0.113.50", 25566).server_id = world.survival.id
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="surv", allocation="25566", text="which?")

    await ann.choose("5e000001")
    await ann.choose("203.0.113.50:25566")

    assert [row.notes for row in world.state.allocations_of(world.survival)][-1] == "which?"
    assert world.state.allocations[2].notes == "voice lobby"


async def test_the_picker_of_a_creation_says_which_cannot_get_one(stage: Stage, world: World) -> None:
    world.creative.name = "Survival Creative"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="surv")

    (select,) = [part for part in seen.components if part["type"] == 3]
    assert "Cannot get one: " in {o["label"]: o["description"] for o in select["options"]}["Survival Creative"]


async def test_more_servers_than_a_menu_holds_offer_the_first_and_say_so(stage: Stage, world: World) -> None:
    for number in range(30):
        world.state.add_server(world.state.users[1], f"Many {number:02d}", ip=f"198.51.100.{number + 1}", free_ports=())
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations history", server="many")

    assert len(seen.options) == 25
    assert "The first 25 are offered" in seen.text


async def test_asking_which_server_makes_no_call_where_the_list_was_just_read(
    stage: Stage, world: World, twins: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations primary", server="surv", allocation="25566")
    to_ask = list(stage.asked)
    await ann.choose("5e000001")

    rows = "/servers/5e000001/network/allocations"
    assert to_ask == []
    assert stage.asked == [VIEW, f"POST {rows}/2/primary", f"GET {rows}"]
