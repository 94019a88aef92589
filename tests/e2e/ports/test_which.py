"""Which allocation is meant: a bare number is a port, ids are `#123`, and where several fit the person chooses."""

from __future__ import annotations

import pytest

from tests.stage import Stage
from tests.world import World

FIRST, SECOND = "203.0.113.7:25566", "203.0.113.50:25566"


@pytest.fixture
def twin(world: World) -> int:
    """Give Survival a second allocation with the port 25566, on another IP; return its id."""
    row = world.state.add_allocation("203.0.113.50", 25566)
    row.server_id = world.survival.id
    return row.id


async def test_a_bare_number_is_a_port_even_where_it_is_another_allocations_id(stage: Stage, world: World) -> None:
    other = world.state.allocations[2]
    del world.state.allocations[2]
    other.id = 25565
    world.state.allocations[25565] = other
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="25565")

    assert world.survival.primary_id == 1
    assert "is already the primary" in seen.text
    assert stage.changes == []


async def test_a_bare_number_that_is_no_port_but_an_id_is_refused_with_how_to_type_the_id(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations delete", server="Survival", allocation="2")

    assert "This server has no such port." in seen.text
    assert "Type `#2` if you mean the one with that id" in seen.text


@pytest.mark.parametrize("typed", ["#2", " #2 ", "25566", ":25566", FIRST])
async def test_id_port_and_address_each_find_the_allocation_as_typed(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation=typed, text="found")

    assert world.state.allocations[2].notes == "found"


async def test_the_name_that_players_type_with_a_port_on_two_ips_is_asked_about(
    stage: Stage, world: World, twin: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations address", server="Survival", name="play.example.org")

    asked = await ann.run("allocations notes", server="Survival", allocation="play.example.org:25566", text="found")
    words, options = asked.text, list(asked.options)
    await ann.choose(SECOND)

    assert "Which port do you mean?" in words
    assert options == [FIRST, SECOND]
    assert (world.state.allocations[2].notes, world.state.allocations[twin].notes) == ("voice lobby", "found")


async def test_an_alias_or_ip_alone_finds_the_allocation_on_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="play.example.com", text="found")

    assert world.state.allocations[1].notes == "found"


async def test_primary_with_a_port_on_two_addresses_asks_which_and_goes_on_with_it(
    stage: Stage, world: World, twin: int
) -> None:
    ann = await stage.linked("ann", world.ann)

    picker = await ann.run("allocations primary", server="Survival", allocation="25566")
    words, options, changes = picker.text, picker.options, stage.changes
    title, footer = picker.embed.title, picker.embed.footer.text
    seen = await ann.choose(SECOND)

    assert (title, footer) == ("Which port do you mean? · Survival", "Server 5e000001")
    assert words.count("5e000001") == 1
    assert "2 ports of this server fit what you typed. Choose the one that becomes the primary." in words
    assert "**Survival**" not in words
    assert "Survival" in words
    assert options == {FIRST: "2", SECOND: str(twin)}
    assert changes == []
    assert world.survival.primary_id == twin
    assert f"→ `{SECOND}`" in seen.text


@pytest.mark.parametrize("command", ["primary", "delete", "notes"])
async def test_who_means_none_of_those_that_fit_can_cancel_or_go_to_their_servers(
    stage: Stage, world: World, twin: int, command: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    typed = {"server": "Survival", "allocation": "25566", **({"text": "mine"} if command == "notes" else {})}

    picker = await ann.run(f"allocations {command}", **typed)
    offered = picker.buttons
    cancelled = await ann.press("Cancel")
    message, back = cancelled.message.id, cancelled.buttons
    await ann.run(f"allocations {command}", **typed)
    servers = await ann.press("My servers")

    assert offered == {"Cancel": True, "My servers": True}
    assert message == picker.message.id
    assert "Add port" in back
    assert "Your servers" in servers.text
    assert stage.changes == []


async def test_delete_with_a_port_on_two_addresses_asks_which_and_then_asks_as_always(
    stage: Stage, world: World, twin: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")

    question = (await ann.choose(SECOND)).text
    untouched = world.state.allocations[twin].server_id
    await ann.press(f"Remove {SECOND}")

    assert "Remove port " in question
    assert untouched == world.survival.id
    assert world.state.allocations[twin].server_id is None
    assert world.state.allocations[2].server_id == world.survival.id


async def test_notes_with_a_port_on_two_addresses_ask_which_and_keep_the_text(
    stage: Stage, world: World, twin: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    picker = await ann.run("allocations notes", server="Survival", allocation="25566", text="for the second ✨")
    described = [o["description"] for c in picker.components if c["type"] == 3 for o in c["options"]]

    seen = await ann.choose(SECOND)

    assert described == ["voice lobby", f"id {twin}"]
    assert world.state.allocations[twin].notes == "for the second ✨"
    assert world.state.allocations[2].notes == "voice lobby"
    assert "`: for the second ✨" in seen.text


async def test_the_notes_form_with_a_port_on_two_addresses_asks_which_and_opens_for_it(
    stage: Stage, world: World, twin: int
) -> None:
    world.state.allocations[twin].notes = "map"
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566")

    form = await ann.choose(SECOND)
    title, value = form.form["title"], form.form["components"][0]["component"]["value"]
    await ann.fill(notes="web map")

    assert (title, value) == (f"Notes of {SECOND}", "map")
    assert world.state.allocations[twin].notes == "web map"


async def test_a_form_for_a_port_typed_on_a_slow_panel_asks_which_when_it_comes_back(
    stage: Stage, world: World, twin: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    async with stage.slow_panel():
        waiting = await ann.run("allocations notes", server="5e000001", allocation="25566")
        await stage.env.advance_time(1.9)
        form = ann.saw(waiting.result)

    await ann.fill(form, notes="typed in vain? no")
    await ann.choose(SECOND)

    assert world.state.allocations[twin].notes == "typed in vain? no"
    assert world.state.allocations[2].notes == "voice lobby"


async def test_a_form_for_an_id_typed_on_a_slow_panel_is_for_that_id(stage: Stage, world: World) -> None:
    world.state.allocations[2].notes = None
    ann = await stage.linked("ann", world.ann)
    async with stage.slow_panel():
        waiting = await ann.run("allocations notes", server="5e000001", allocation="#2")
        await stage.env.advance_time(1.9)
        form = ann.saw(waiting.result)

    await ann.fill(form, notes="by its id")

    assert world.state.allocations[2].notes == "by its id"


async def test_a_text_that_waited_for_too_long_is_told_to_be_forgotten(stage: Stage, world: World, twin: int) -> None:
    ann = await stage.linked("ann", world.ann)
    picker = await ann.run("allocations notes", server="Survival", allocation="25566", text="gone")
    await stage.restart_without_texts()
    stage.panel.requests.clear()

    seen = await ann.choose(SECOND, on=picker)

    assert "I no longer know the notes you gave" in seen.text
    assert "may lose them when I restart" in seen.text
    assert "3 of 5 ports used" in seen.text
    assert stage.asked == ["GET /servers/5e000001"]
    assert world.state.allocations[twin].notes is None


async def test_nobody_gets_the_text_that_another_person_gave(stage: Stage, world: World, twin: int) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    picker = await ann.run("allocations notes", server="Survival", allocation="25566", text="ann's secret plan")
    custom_id = str(picker.components[0]["custom_id"]).replace(str(ann.id), str(dan.id))

    seen = await stage.forge(dan, custom_id, on=picker, values=["2"], kind=3)

    assert "I no longer know the notes you gave" in seen.text
    assert stage.changes == []


async def test_an_ip_with_more_allocations_than_a_menu_holds_offers_the_first_and_says_so(
    stage: Stage, world: World
) -> None:
    world.survival.limit = 100
    for port in range(26000, 26030):
        world.state.add_allocation("203.0.113.7", port).server_id = world.survival.id
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="203.0.113.7")

    assert len(seen.options) == 25
    assert "Only the first 25 are offered: name any other by its address and port." in seen.text
