"""Undo is off, and says why, where it no longer makes sense."""

from __future__ import annotations

from tests.e2e.history.recorded import look_at
from tests.names import undo_of, unnamed
from tests.stage import Stage
from tests.world import World


async def test_undo_is_off_with_a_reason_where_it_makes_no_sense(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    new = next(row for row in world.state.allocations_of(world.survival) if row.id > 2)
    added = await look_at(ann)
    await ann.run("allocations delete", server="Survival", allocation=str(new.port))
    await ann.press(f"Remove {new.address}")

    deleted = await look_at(ann)

    assert added.buttons == {f"Remove {new.port}…": True, "Show allocations": True, "Back": True}
    assert "**Undo** is off" not in added.text
    assert deleted.buttons == {"Undo": False, "Show allocations": True, "Back": True}
    assert "**Undo** is off: A removed port cannot be asked for again" in deleted.text


async def test_undo_is_off_when_the_notes_were_changed_since(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    world.state.allocations[2].notes = "changed on the panel"

    seen = await look_at(ann)

    assert "**Undo** is off: The notes have been changed again since." in seen.text


async def test_undo_is_off_when_the_primary_was_changed_since(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    world.survival.primary_id = 1

    seen = await look_at(ann)

    assert "**Undo** is off: The primary has been changed again since: now it is `play.example.com:25565`." in seen.text


async def test_undo_is_off_when_the_earlier_primary_is_gone(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    world.state.release(world.state.allocations[1])

    seen = await look_at(ann)

    assert "**Undo** is off: The earlier primary is no longer on the server." in seen.text


async def test_undo_is_off_when_the_allocation_is_gone(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    world.state.release(world.state.allocations[2])

    seen = await look_at(ann)

    assert "**Undo** is off: The port is no longer on the server." in seen.text


async def test_undo_is_off_while_the_server_allows_no_changes(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    world.survival.status = "suspended"

    seen = await look_at(ann)

    assert seen.buttons["Undo"] is False
    assert "**Undo** is off: The server is suspended" in seen.text


async def test_undo_is_off_once_the_permission_is_taken_away(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations notes", server="Survival", allocation="25566", text="query")
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read"])
    may_not_write = await look_at(bob)
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.update"])

    may_not_read = await look_at(bob)

    assert "**Undo** is off: You lack the panel permission `allocation.update`" in may_not_write.text
    assert "**Undo** is off: You lack the panel permission `allocation.read`" in may_not_read.text


async def test_a_change_can_be_looked_at_when_its_server_cannot(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    world.state.remove_server(world.survival)
    gone = await look_at(ann)
    stage.panel.faults.maintenance(times=None)

    down = await look_at(ann)

    assert "**After**: notes query" in gone.text
    assert "I could not look at the server now. {panel} knows no such server of yours." in unnamed(gone.text)
    assert "I could not look at the server now. {panel} is in maintenance." in unnamed(down.text)
    assert down.buttons == {"Undo": False, "Show allocations": True, "Back": True}


async def test_a_press_on_undo_that_came_too_late_changes_nothing_and_says_why(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await look_at(ann)
    world.state.allocations[2].notes = "changed on the panel"

    seen = await ann.press(undo_of(ann.seen))

    assert "That cannot be undone now" in seen.text
    assert "The notes have been changed again since." in seen.text
    assert world.state.allocations[2].notes == "changed on the panel"
