"""Making a port the primary whose notes name what must not have the game's own port: asked, told, and never blocked."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from bot.errors import TextForgotten
from tests.names import buttons_on, undo_of, unnamed
from tests.stage import Stage
from tests.world import SURVIVAL, World

VIEW, ROWS = f"GET /servers/{SURVIVAL}", f"/servers/{SURVIVAL}/network/allocations"
ANYWAY = "Make 203.0.113.7:25566 the primary"
NEEDS_ITS_OWN = ["voice chat", "Dynmap", "RCON", "votes (NuVotifier)", "Plan", "Geyser, voice chat"]


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner, whose second port is for voice chat."""
    world.state.allocations[2].notes = "voice chat"
    return await stage.linked("ann", world.ann)


async def by_command(ann: Person, _: World) -> None:
    """Ask for it by the command."""
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")


async def by_the_ports_page(ann: Person, _: World) -> None:
    """Ask for it by the button on the port's own page."""
    await ann.run("allocations list", server=SURVIVAL)
    await ann.choose("203.0.113.7:25566")
    await ann.press("Make primary")


async def by_the_picker_of_ports(ann: Person, world: World) -> None:
    """Ask for it in the select where a number fits two ports."""
    world.state.add_allocation("203.0.113.50", 25566).server_id = world.survival.id
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    await ann.choose("203.0.113.7:25566")


async def by_the_picker_of_servers(ann: Person, _: World) -> None:
    """Ask for it by the button where the server was mistyped."""
    await ann.run("allocations primary", server="Survvival", allocation="25566")
    await ann.press("Go on with Survival")


WAYS = [by_command, by_the_ports_page, by_the_picker_of_ports, by_the_picker_of_servers]


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_to_the_primary_warns_before_anything_is_sent(
    stage: Stage, world: World, ann: Person, way: object
) -> None:
    assert callable(way)
    await way(ann, world)
    seen = ann.seen

    assert stage.changes == []
    assert world.survival.primary_id == 1
    assert seen.ephemeral
    assert "⚠️ Make port 25566 the primary of Survival?" in seen.text
    assert "for **Voice chat**, which needs a port of its own" in seen.text
    assert "the same number, and one of them may not start" in seen.text
    assert "**What to do**: Add a port with the notes `voice chat` by" in seen.text
    assert "Nothing was changed yet" in seen.text
    assert buttons_on(seen) == [ANYWAY, "Edit notes", "Cancel"]


@pytest.mark.parametrize("way", WAYS)
async def test_it_is_never_blocked_and_its_new_page_says_it_again(
    stage: Stage, world: World, ann: Person, way: object
) -> None:
    assert callable(way)
    await way(ann, world)

    seen = await ann.press(ANYWAY)
    made = seen.text
    await ann.choose("203.0.113.7:25566")

    assert world.survival.primary_id == 2
    assert "✅ Made primary `play.example.com:25565` → `203.0.113.7:25566`." in made
    assert stage.changes == [f"POST {ROWS}/2/primary"]
    assert "this needs a port of its own" in ann.seen.text


@pytest.mark.parametrize("notes", NEEDS_ITS_OWN)
async def test_it_warns_of_everything_that_needs_a_port_of_its_own(
    stage: Stage, world: World, ann: Person, notes: str
) -> None:
    world.state.allocations[2].notes = notes

    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert "Make port 25566 the primary of Survival?" in seen.text
    assert "Geyser" not in seen.text.partition("These notes say")[2]
    assert stage.changes == []


async def test_several_at_once_are_named_together(world: World, ann: Person) -> None:
    world.state.allocations[2].notes = "voice chat, web map and RCON"

    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert "for **Voice chat**, **Web map** and **RCON**, which each need a port of its own" in seen.text


@pytest.mark.parametrize(
    "notes",
    [None, "lobby", "query", "Geyser", "voice chat on Velocity", "main proxy", "no rcon", "map of the world"],
)
async def test_what_may_be_the_games_port_is_made_the_primary_at_once(
    world: World, ann: Person, notes: str | None
) -> None:
    world.state.allocations[2].notes = notes

    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert "✅ Made primary" in seen.text
    assert world.survival.primary_id == 2


async def test_cancel_leads_back_to_the_port_and_changes_nothing(stage: Stage, world: World, ann: Person) -> None:
    await by_command(ann, world)

    seen = await ann.press("Cancel")

    assert "📝 voice chat" in seen.text
    assert stage.changes == []


async def test_edit_notes_opens_the_form_and_what_is_saved_is_believed(world: World, ann: Person) -> None:
    await by_command(ann, world)
    await ann.press("Edit notes")
    await ann.fill(notes="second entrance")

    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert "✅ Made primary" in seen.text
    assert world.survival.primary_id == 2


async def test_notes_that_changed_after_the_question_are_asked_about_anew(
    stage: Stage, world: World, ann: Person
) -> None:
    await by_command(ann, world)
    world.state.allocations[2].notes = "RCON"

    seen = await ann.press(ANYWAY)
    asked, sent = seen.text, list(stage.changes)
    await ann.press(ANYWAY)

    assert "for **RCON**, which needs a port of its own" in asked
    assert sent == []
    assert world.survival.primary_id == 2


async def test_the_question_works_after_a_restart(stage: Stage, world: World, ann: Person) -> None:
    await by_command(ann, world)
    await stage.restart()

    seen = await ann.press(ANYWAY)

    assert "✅ Made primary" in seen.text
    assert world.survival.primary_id == 2


async def test_the_question_is_one_call_and_the_answer_three(stage: Stage, world: World, ann: Person) -> None:
    await by_command(ann, world)
    asked = list(stage.asked)
    await ann.press(ANYWAY)

    assert asked == [VIEW]
    assert stage.asked == [VIEW, VIEW, f"POST {ROWS}/2/primary", f"GET {ROWS}"]


async def test_a_second_press_promotes_nothing_twice(stage: Stage, world: World, ann: Person) -> None:
    await by_command(ann, world)
    question = ann.seen
    await ann.press(ANYWAY, on=question)
    custom_id = f"v1:alloc.promote:{ann.id}:{SURVIVAL}:2:00000000"

    seen = await stage.forge(ann, custom_id, on=question)

    assert "is already the primary. I changed nothing." in seen.text
    assert stage.changes == [f"POST {ROWS}/2/primary"]


async def test_somebody_elses_press_on_the_question_promotes_nothing(stage: Stage, world: World, ann: Person) -> None:
    await by_command(ann, world)
    bob = await stage.linked("bob", world.bob)

    seen = await stage.forge(bob, ann.seen.custom_id(ANYWAY), on=ann.seen)

    assert "belong to somebody else" in seen.text
    assert stage.changes == []


async def test_who_may_not_change_the_primary_is_told_so_and_not_asked(stage: Stage, world: World, ann: Person) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations primary", server=SURVIVAL, allocation="25566")

    assert "allocation.update" in seen.text
    assert "Make port 25566 the primary of" not in seen.text
    assert world.survival.primary_id == 1


async def test_undo_goes_back_without_a_question(world: World, ann: Person) -> None:
    world.state.allocations[1].notes = "RCON"
    world.state.allocations[2].notes = None
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")

    await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == 1


async def test_a_port_that_was_just_added_for_voice_chat_is_asked_about_too(world: World, ann: Person) -> None:
    await ann.run("allocations create", server=SURVIVAL, notes="voice chat")

    seen = await ann.press("Make it the primary")

    assert "which needs a port of its own" in seen.text
    assert world.survival.primary_id == 1


# -------------------------------------------------------------------------------------------------- added as it


async def test_a_port_to_be_added_as_the_primary_is_asked_about_before_anything_is_sent(
    stage: Stage, ann: Person
) -> None:
    seen = await ann.run("allocations create", server=SURVIVAL, notes="voice chat", primary=True)

    assert stage.changes == []
    assert "⚠️ Make the new port the primary of Survival?" in seen.text
    assert "📝 voice chat" in seen.text
    assert "for **Voice chat**, which needs a port of its own" in seen.text
    assert buttons_on(seen) == ["Add it, not as the primary", "Add it as the primary", "Cancel"]


@pytest.mark.parametrize(("label", "primary"), [("Add it, not as the primary", False), ("Add it as the primary", True)])
async def test_either_answer_adds_the_port_with_its_notes(
    stage: Stage, world: World, ann: Person, label: str, primary: bool
) -> None:
    await ann.run("allocations create", server=SURVIVAL, notes="voice chat", primary=True)
    question = ann.seen

    seen = await ann.press(label, on=question)
    shown = seen.text

    new = world.state.allocations_of(world.survival)[-1]
    assert f":{new.port}`. It can be used for TCP and UDP." in shown
    assert new.notes == "voice chat"
    assert (world.survival.primary_id == new.id) is primary
    assert (f"port={new.port}" in shown) is not primary
    assert ("this needs a port of its own" in shown) is primary


async def test_both_answers_one_after_the_other_add_one_port(stage: Stage, world: World, ann: Person) -> None:
    await ann.run("allocations create", server=SURVIVAL, notes="voice chat", primary=True)
    question = ann.seen
    other = question.custom_id("Add it as the primary")
    await ann.press("Add it, not as the primary", on=question)

    await stage.forge(ann, other, on=question)

    assert len(world.state.allocations_of(world.survival)) == 3
    assert world.survival.primary_id == 1


async def test_after_the_choice_of_a_server_it_is_asked_too(stage: Stage, world: World, ann: Person) -> None:
    await ann.run("allocations create", notes="voice chat", primary=True)

    seen = await ann.choose(SURVIVAL)
    asked, sent = seen.text, list(stage.changes)
    await ann.press("Add it as the primary")

    assert "⚠️ Make the new port the primary of Survival?" in asked
    assert sent == []
    assert world.survival.primary_id == world.state.allocations_of(world.survival)[-1].id


async def test_the_notes_are_forgotten_after_a_restart_and_it_says_so(stage: Stage, world: World, ann: Person) -> None:
    await ann.run("allocations create", server=SURVIVAL, notes="voice chat", primary=True)
    await stage.restart_without_texts()

    seen = await ann.press("Add it as the primary")

    assert TextForgotten.title in unnamed(seen.text)
    assert stage.changes == []
    assert len(world.state.allocations_of(world.survival)) == 2
