"""`/allocations history`: changes that were refused, lost or interrupted are on record as what they came to."""

from __future__ import annotations

import pytest

from tests.e2e.history.recorded import COMMAND, exported, lines, look_at
from tests.security.evidence import database_file, run_sql
from tests.stage import Stage, changing
from tests.world import World


async def test_a_refused_change_is_on_record_as_refused(stage: Stage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations notes", server="Survival", allocation="25566", text="mine")

    seen = await bob.run(COMMAND)

    assert lines(seen) == ["🚫 Refused, not noted `203.0.113.7:25566`: voice lobby → mine · Survival"]


async def test_a_refused_change_claims_no_after(stage: Stage, world: World) -> None:
    world.state.auto_allocation = False
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival", notes="more")

    seen = await look_at(ann)

    assert "🚫 Refused, not added a port · <t:" in seen.text
    assert "**Asked for**: a new port, notes more" in seen.text
    assert "**After**" not in seen.text
    assert "**Undo** is off: It did not take effect" in seen.text


async def test_a_change_that_the_panel_lost_is_on_record_as_not_done(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.lies(method="POST")
    await ann.run("allocations primary", server="Survival", allocation="25566")

    seen = await ann.run(COMMAND)

    assert lines(seen) == ["❌ Not made primary `play.example.com:25565` → `203.0.113.7:25566` · Survival"]


async def test_a_change_that_did_not_reach_the_panel_is_not_called_refused(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.maintenance(method="POST")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")

    seen = await ann.run(COMMAND)

    assert lines(seen) == ["❌ Not noted `203.0.113.7:25566`: voice lobby → query · Survival"]


async def test_a_lost_answer_to_a_change_that_holds_is_on_record_as_done(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.reset_after(method="POST")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")

    (change,) = await exported(ann)

    assert change["outcome"] == "done"
    assert change["before"] == {"notes": "voice lobby"}


async def test_a_change_of_which_nothing_is_known_is_on_record_as_unknown(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.reset_after(method="POST")
    stage.panel.faults.hold(method="GET").release()  # the read before the change still works
    stage.panel.faults.maintenance(method="GET", times=None)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    for _ in range(12):
        await stage.env.advance_time(1.0)
    stage.panel.faults.clear()

    listed = await ann.run(COMMAND)
    seen = await look_at(ann)

    assert lines(listed) == ["❔ Perhaps noted `203.0.113.7:25566`: voice lobby → query · Survival"]
    assert "**Asked for**: notes query" in seen.text
    assert "**Undo** is off: I never learned whether it took effect" in seen.text
    assert seen.buttons["Undo"] is False


async def test_a_change_that_a_crash_interrupts_stays_on_record_as_unknown(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    async with stage.slow_panel(changing):
        await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
        await stage.restart()
    seen = await ann.run(COMMAND)

    assert lines(seen) == ["❔ Perhaps noted `203.0.113.7:25566`: voice lobby → query · Survival"]


async def test_a_note_written_with_a_new_allocation_is_on_record_though_the_read_back_failed(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.maintenance(method="GET", path="*/network/allocations", times=None)
    await ann.run("allocations create", server="Survival", notes="map")
    stage.panel.faults.clear()

    (change,) = await exported(ann)

    assert change["after"] == {"notes": "map"}


async def test_hidden_notes_are_not_on_record_as_no_notes(stage: Stage, world: World) -> None:
    world.state.allocations[1].notes = "secret plan"
    world.state.add_subuser(world.survival, world.state.users[3], ["allocation.update"])
    cid = await stage.linked("cid", world.cid)
    await cid.run("allocations list", server="Survival")
    await cid.run("allocations notes", server="Survival", allocation="25565", text="mine")

    seen = await look_at(cid)

    assert "**Before**: not known" in seen.text
    assert "**Undo** is off: I did not know what was there before" in seen.text


async def test_hidden_notes_whose_answer_was_lost_are_unknown_and_not_called_not_done(
    stage: Stage, world: World
) -> None:
    world.state.add_subuser(world.survival, world.state.users[3], ["allocation.update"])
    cid = await stage.linked("cid", world.cid)
    stage.panel.faults.reset_after(method="POST")

    seen = await cid.run("allocations notes", server="Survival", allocation="25565", text="mine")

    assert world.state.allocations[1].notes == "mine"
    assert "I do not know whether the notes were saved" in seen.text


@pytest.mark.expects_bug
async def test_what_became_of_a_change_is_told_even_if_it_cannot_be_written_down(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    run_sql(
        database_file(stage),
        "CREATE TRIGGER full BEFORE UPDATE ON changes BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    record = await ann.run(COMMAND)

    assert "✅ Noted `203.0.113.7:25566`: query" in seen.text
    assert lines(record) == ["❔ Perhaps noted `203.0.113.7:25566`: voice lobby → query · Survival"]
