"""What comes after an addition: what it is for, making it the primary, adding another; and after notes the list."""

from __future__ import annotations

from tests.names import undo_of
from tests.stage import Stage
from tests.world import World, fill_up


async def test_after_adding_what_is_it_for_opens_the_notes_form_and_leads_back_to_the_list(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    added = await ann.press("Add port")
    new = world.state.allocations_of(world.survival)[-1]
    offered = list(added.buttons)

    form = await ann.press("What is it for?")
    title = form.form["title"]
    seen = await ann.fill(notes="web map")

    assert offered[:3] == ["What is it for?", "Make it the primary", "Add another"]
    assert "Add port" not in offered
    assert title == f"Notes of 203.0.113.7:{new.port}"
    assert new.notes == "web map"
    assert seen.message.id == panel.message.id
    assert f"▫️ `203.0.113.7:{new.port}` · web map" in seen.text
    assert "What is it for?" not in seen.buttons


async def test_after_adding_make_it_the_primary_does_and_can_be_undone(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    new = world.state.allocations_of(world.survival)[-1]

    seen = await ann.press("Make it the primary")
    words, promoted = seen.text, world.survival.primary_id
    await ann.press(undo_of(ann.seen))

    assert f"⭐ `203.0.113.7:{new.port}` **Primary**" in words
    assert promoted == new.id
    assert world.survival.primary_id == 1


async def test_after_adding_add_another_adds_one_more(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")

    seen = await ann.press("Add another")

    assert "4 of 5 ports used" in seen.text
    assert len(world.state.allocations_of(world.survival)) == 4


async def test_after_adding_with_notes_and_as_primary_neither_is_offered_but_undo_is(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="Survival", notes="query", primary=True)

    assert list(seen.buttons)[:3] == ["Add another", "Add several…", "Make play.example.com:25565 primary again"]
    assert "What is it for?" not in seen.buttons
    assert "Make it the primary" not in seen.buttons


async def test_who_may_only_add_is_not_offered_what_the_panel_would_refuse(stage: Stage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.create"]
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations create", server="Survival")

    assert "✅ Added" in seen.text
    assert seen.buttons["Add another"] is True
    assert "What is it for?" not in seen.buttons
    assert "Make it the primary" not in seen.buttons


async def test_the_next_steps_of_an_addition_work_after_a_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    added = await ann.run("allocations create", server="Survival")
    new = world.state.allocations_of(world.survival)[-1]
    await stage.restart()

    await ann.press("What is it for?", on=added)
    seen = await ann.fill(notes="after the restart")

    assert "✅ Noted `" in seen.text
    assert new.notes == "after the restart"


async def test_after_notes_the_list_is_shown_with_that_row_in_sight(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    row = world.state.allocations_of(world.survival)[40]
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival", find=str(row.port))
    await ann.choose(str(row.id))
    await ann.press("Edit notes")

    seen = await ann.fill(notes="far down")

    assert "Page 2 of 3" in seen.text
    assert f"▫️ `203.0.113.7:{row.port}` · far down" in seen.text
