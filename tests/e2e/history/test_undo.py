"""Undo from the record: what was there before comes back, once, and that is on record too."""

from __future__ import annotations

from tests.e2e.crowd import without_waiting
from tests.e2e.history.recorded import COMMAND, lines, look_at
from tests.names import undo_of
from tests.stage import Stage, changing
from tests.world import World


async def test_undo_puts_earlier_notes_back_and_is_itself_on_record(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    chosen = await look_at(ann)

    seen = await ann.press(undo_of(ann.seen))

    assert seen.message.id == chosen.message.id
    assert world.state.allocations[2].notes == "voice lobby"
    assert "✅ Noted `203.0.113.7:25566`: voice lobby" in seen.text
    assert lines(await ann.run(COMMAND)) == [
        "✅ Noted `203.0.113.7:25566`: query → voice lobby · Survival",
        "✅ Noted `203.0.113.7:25566`: voice lobby → query · Survival",
    ]


async def test_undo_of_first_notes_clears_them(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25565", text="front door")
    await look_at(ann)

    await ann.press(undo_of(ann.seen))

    assert world.state.allocations[1].notes is None


async def test_undo_goes_back_to_the_earlier_primary(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    await look_at(ann)

    seen = await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == 1
    assert "✅ Made primary `203.0.113.7:25566` → `play.example.com:25565`." in seen.text


async def test_the_promotion_of_a_new_allocation_can_be_undone_by_itself(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival", primary=True)
    await look_at(ann)

    await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == 1
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_undo_works_after_a_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await look_at(ann)
    await stage.restart()

    await ann.press(undo_of(ann.seen))

    assert world.state.allocations[2].notes == "voice lobby"


async def test_undo_reads_the_server_once_before_it_changes_anything(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await look_at(ann)
    stage.panel.requests.clear()

    await ann.press(undo_of(ann.seen))

    server = f"/servers/{world.survival.identifier}"
    assert stage.asked == [f"GET {server}", f"POST {server}/network/allocations/2"]


async def test_undo_pressed_twice_undoes_once(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    chosen = await look_at(ann)
    undo = chosen.custom_id(undo_of(chosen))
    await ann.press(undo_of(ann.seen))
    stage.panel.requests.clear()

    seen = await stage.forge(ann, undo, on=chosen)

    assert "Already on it" in seen.text
    assert stage.asked == []


async def test_undo_from_two_messages_at_once_undoes_once(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    one = await look_at(ann)
    two = await look_at(ann)

    with without_waiting(stage):
        first = await ann.press(undo_of(one), on=one)
        second = await ann.press(undo_of(two), on=two)
    await stage.env.settle()

    assert "`: voice lobby" in ann.saw(first.result).text
    assert "The notes have been changed again since." in ann.saw(second.result).text
    assert len(stage.changes) == 2


async def test_undo_looks_again_after_waiting_for_somebody_elses_change(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await bob.run("allocations list", server="Survival")  # so that his change is sent without another look
    await look_at(ann)

    async with stage.slow_panel(changing):
        await bob.run("allocations notes", server=world.survival.identifier, allocation="#2", text="bob's")
        with without_waiting(stage):
            undone = await ann.press(undo_of(ann.seen))

    assert "The notes have been changed again since." in ann.saw(undone.result).text
    assert world.state.allocations[2].notes == "bob's"


async def test_undo_names_what_it_will_do(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="v" * 150)
    long = undo_of(await look_at(ann))
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    clipped = undo_of(await look_at(ann))
    await ann.run("allocations notes", server="Survival", allocation="25565", text="front door")
    cleared = undo_of(await look_at(ann))
    after = undo_of(await ann.run("allocations primary", server="Survival", allocation="25566"))
    on_record = undo_of(await look_at(ann))

    assert long == "Notes back to “voice lobby”"
    assert clipped == f"Notes back to “{'v' * 63}…”"
    assert len(clipped) == 80
    assert cleared == "Clear the notes"
    assert after == on_record == "Make play.example.com:25565 primary again"


async def test_removing_again_what_was_added_asks_first_and_then_does(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    new = next(row for row in world.state.allocations_of(world.survival) if row.id > 2)
    await look_at(ann)

    asked = (await ann.press(f"Remove {new.port}…")).embed.title or ""
    changes = stage.changes[1:]
    await ann.press(f"Remove {new.address}")
    gone = await look_at(ann, 1)

    assert asked.startswith("⚠️ Remove")
    assert changes == []
    assert world.state.allocations[new.id].server_id is None
    assert "**Undo** is off: The port is no longer on the server." in gone.text
