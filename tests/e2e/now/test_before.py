"""What stood there before a change is what the read just before the write says; undo goes back to that."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.history.recorded import exported
from tests.names import offers_undo, undo_of
from tests.stage import Stage
from tests.world import World


@pytest.mark.parametrize("by", ["command", "button", "creation"])
async def test_from_is_what_the_read_before_the_write_says(ann: Person, world: World, by: str) -> None:
    third = world.state.assign(world.survival, 25570)
    if by == "button":
        await ann.press("Refresh")
        await ann.choose("203.0.113.7:25566")
    world.survival.primary_id = third.id

    if by == "command":
        seen = await ann.run("allocations primary", server="Survival", allocation="25566")
    elif by == "button":
        seen = await ann.press("Make primary")
    else:
        seen = await ann.run("allocations create", server="Survival", primary=True)

    if by == "creation":
        (promotion, _) = await exported(ann)
        assert promotion["before"] == {"primary": third.id, "address": "203.0.113.7:25570"}
    else:
        assert "✅ Made primary `203.0.113.7:25570` → `203.0.113.7:25566`." in seen.text


async def test_undo_goes_back_to_what_was_the_primary_just_before(ann: Person, world: World) -> None:
    third = world.state.assign(world.survival, 25570)
    world.survival.primary_id = third.id
    await ann.run("allocations primary", server="Survival", allocation="25566")

    await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == third.id


async def test_before_on_record_is_what_stood_there_just_before_the_write(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "written on the panel's page"

    await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    (change,) = await exported(ann)
    assert change["before"] == {"notes": "written on the panel's page"}


async def test_undo_of_notes_writes_back_what_stood_there_just_before(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "written on the panel's page"
    await ann.run("allocations notes", server="Survival", allocation="25566", text="map")
    await ann.run("allocations history")
    await ann.choose("1")

    await ann.press(undo_of(ann.seen))

    assert world.state.allocations[2].notes == "written on the panel's page"


async def test_before_is_unknown_where_the_read_failed_and_then_there_is_no_undo(
    stage: Stage, ann: Person, world: World
) -> None:
    body = '{"errors":[{"code":"ErrorException","status":"500","detail":"An unexpected error was encountered."}]}'
    await ann.choose("203.0.113.7:25566")
    stage.panel.faults.answer(500, body, method="GET", path="*/servers/5e000001", times=3)

    seen = await ann.press("Make primary")

    assert world.survival.primary_id == 2
    assert "→" not in seen.text
    assert not offers_undo(seen)
    (change,) = await exported(ann)
    assert change["before"] is None
    await ann.run("allocations history")
    assert "**Undo** is off: I did not know what was there before" in (await ann.choose("1")).text
