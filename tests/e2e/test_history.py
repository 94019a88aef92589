"""`/allocations history`: every change on record for whoever made it, and Undo where that still makes sense."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.crowd import without_waiting
from tests.names import undo_of, unnamed
from tests.security.evidence import bytes_on_disk, database_file, run_sql
from tests.stage import Stage, changing
from tests.world import World

COMMAND = "allocations history"
DAY = 86400


def lines(seen: Seen) -> list[str]:
    """Return the changes of a history page, newest first, without their times."""
    description = seen.embed.description or ""
    return [line.rpartition(" · <t:")[0] for line in description.splitlines() if line.endswith(":R>")]


async def look_at(person: Person, change: int = 0) -> Seen:
    """Open the record and choose a change, counted from the newest."""
    seen = await person.run(COMMAND)
    # Not by label: two changes of one port have the same.
    return await person.choose(seen.wire_values[change].partition("~")[0])


async def exported(person: Person) -> list[dict[str, Any]]:
    """Return the changes in the JSON file a person gets of what is stored."""
    await person.run("account")
    seen = await person.press("Get it all as JSON")
    (file,) = seen.message.attachments
    changes: list[dict[str, Any]] = json.loads(await file.read())["changes"]
    return changes


# What is on record


async def test_a_person_without_changes_is_told_so_and_how_long_they_are_kept(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(COMMAND)

    assert seen.ephemeral
    assert "No changes on record" in seen.text
    assert "90 days" in seen.text
    assert seen.buttons == {"My servers": True}


async def test_every_kind_of_change_is_on_record_newest_first(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival", notes="map", primary=True)
    new = world.state.primary_of(world.survival)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("allocations primary", server="Survival", allocation="25566")
    await ann.run("allocations delete", server="Survival", allocation=str(new.port))
    await ann.press(f"Delete {new.address}")

    seen = await ann.run(COMMAND)

    assert seen.ephemeral
    assert lines(seen) == [
        f"✅ Removed `{new.address}` · Survival",
        f"✅ Made primary `{new.address}` → `203.0.113.7:25566` · Survival",
        "✅ Noted `203.0.113.7:25566`: voice chat → query · Survival",
        f"✅ Made primary `play.example.com:25565` → `{new.address}` · Survival",
        f"✅ Added `{new.address}` · Survival",
    ]
    assert seen.text.count("<t:") == 5
    assert stage.asked[-1] != "GET /"


async def test_the_select_says_when_and_from_what_to_what(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival", notes="map", primary=True)
    new = world.state.primary_of(world.survival)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("allocations delete", server="Survival", allocation="25566")
    await ann.press("Delete 203.0.113.7:25566")
    run_sql(database_file(stage), "UPDATE changes SET at = at - 7300 WHERE id = 1")

    seen = await ann.run(COMMAND)

    (select,) = [part for part in seen.components if part["type"] == 3]
    assert [(o["label"], o["description"]) for o in select["options"]] == [
        ("✅ Removed 203.0.113.7:25566", "just now · query → gone · Survival"),
        ("✅ Noted 203.0.113.7:25566", "just now · voice chat → query · Survival"),
        (f"✅ Made primary {new.address}", f"just now · play.example.com:25565 → {new.address} · Survival"),
        (f"✅ Added {new.address}", "2 h ago · new → map · Survival"),
    ]


async def test_refusals_unknowns_and_successes_can_be_told_apart_at_a_glance(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    world.state.auto_allocation = False
    await ann.run("allocations create", server="Survival")
    async with stage.slow_panel(changing):
        await ann.run("allocations notes", server="Survival", allocation="25566", text="lost")
        await stage.restart()

    seen = await ann.run(COMMAND)

    wanted = ["❔ Perhaps noted", "🚫 Refused, not added", "✅ Noted"]
    assert [line.partition(" `")[0].removesuffix(" a port · Survival") for line in lines(seen)] == wanted
    assert [label.rpartition(" ")[0].removesuffix(" a") for label in seen.options] == wanted


async def test_a_change_shows_what_was_there_before_and_what_is_there_after(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")

    seen = await look_at(ann)

    assert "**Before**: notes voice chat" in seen.text
    assert "**After**: notes query" in seen.text
    assert f"**Server**: Survival `{world.survival.identifier}`" in seen.text


async def test_changes_by_button_and_form_are_on_record_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.press("Add port")
    await ann.choose("203.0.113.7:25566")
    await ann.press("Edit notes")
    await ann.fill(notes="bedrock")
    await ann.choose("203.0.113.7:25566")
    await ann.press("Make primary")
    await ann.press(undo_of(ann.seen))

    seen = await ann.run(COMMAND)

    assert [line.partition("`")[0] for line in lines(seen)] == [
        "✅ Made primary ",
        "✅ Made primary ",
        "✅ Noted ",
        "✅ Added ",
    ]


async def test_the_export_holds_who_when_where_what_before_after_and_outcome(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")

    (change,) = await exported(ann)

    assert change.pop("at").endswith("+00:00")
    assert change == {
        "number": 1,
        "server": {"identifier": world.survival.identifier, "name": "Survival"},
        "change": "notes",
        "allocation": {"id": 2, "address": "203.0.113.7:25566"},
        "before": {"notes": "voice chat"},
        "after": {"notes": "query"},
        "outcome": "done",
    }


async def test_the_record_can_be_narrowed_to_one_server(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("allocations notes", server="Creative", allocation="25566", text="plots")

    seen = await ann.run(COMMAND, server="Creative")

    assert lines(seen) == ["✅ Noted `203.0.113.8:25566`: no notes → plots · Creative"]
    assert f"on `{world.creative.identifier}`" in seen.text


async def test_the_record_is_paginated_and_turns_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for number in range(17):
        await ann.run("allocations notes", server="Survival", allocation="25566", text=f"note {number}")

    first = await ann.run(COMMAND)
    await ann.press("Next")
    last = await ann.press("Next")

    assert last.message.id == first.message.id
    assert "Page 3 of 3" in last.text
    assert lines(last) == ["✅ Noted `203.0.113.7:25566`: voice chat → note 0 · Survival"]
    assert last.buttons == {"Previous": True, "Next": False, "My servers": True}


async def test_going_back_from_a_change_shows_the_page_it_was_chosen_on(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for number in range(9):
        await ann.run("allocations notes", server="Survival", allocation="25566", text=f"note {number}")
    await ann.run(COMMAND, server="Survival")
    second = await ann.press("Next")
    await ann.choose(next(iter(second.options.values())))

    seen = await ann.press("Back")

    assert "Page 2 of 2" in seen.text
    assert f"on `{world.survival.identifier}`" in seen.text


async def test_a_refused_change_is_on_record_as_refused(stage: Stage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations notes", server="Survival", allocation="25566", text="mine")

    seen = await bob.run(COMMAND)

    assert lines(seen) == ["🚫 Refused, not noted `203.0.113.7:25566`: voice chat → mine · Survival"]


async def test_a_refused_change_claims_no_after(stage: Stage, world: World) -> None:
    world.state.auto_allocation = False
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival", notes="more")

    seen = await look_at(ann)

    assert "🚫 Refused, not added a port · Survival" in seen.text
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

    assert lines(seen) == ["❌ Not noted `203.0.113.7:25566`: voice chat → query · Survival"]


async def test_a_lost_answer_to_a_change_that_holds_is_on_record_as_done(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.reset_after(method="POST")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")

    (change,) = await exported(ann)

    assert change["outcome"] == "done"
    assert change["before"] == {"notes": "voice chat"}


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

    assert lines(listed) == ["❔ Perhaps noted `203.0.113.7:25566`: voice chat → query · Survival"]
    assert "**Asked for**: notes query" in seen.text
    assert "**Undo** is off: I never learned whether it took effect" in seen.text
    assert seen.buttons["Undo"] is False


async def test_a_change_that_a_crash_interrupts_stays_on_record_as_unknown(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    async with stage.slow_panel(changing):
        await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
        await stage.restart()
    seen = await ann.run(COMMAND)

    assert lines(seen) == ["❔ Perhaps noted `203.0.113.7:25566`: voice chat → query · Survival"]


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

    assert "✅ Saved the notes of `203.0.113.7:25566`: query" in seen.text
    assert lines(record) == ["❔ Perhaps noted `203.0.113.7:25566`: voice chat → query · Survival"]


# Undo


async def test_undo_puts_earlier_notes_back_and_is_itself_on_record(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    chosen = await look_at(ann)

    seen = await ann.press(undo_of(ann.seen))

    assert seen.message.id == chosen.message.id
    assert world.state.allocations[2].notes == "voice chat"
    assert "✅ Saved the notes of `203.0.113.7:25566`: voice chat" in seen.text
    assert lines(await ann.run(COMMAND)) == [
        "✅ Noted `203.0.113.7:25566`: query → voice chat · Survival",
        "✅ Noted `203.0.113.7:25566`: voice chat → query · Survival",
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
    assert "✅ Changed the primary: `203.0.113.7:25566` → `play.example.com:25565`." in seen.text


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

    assert world.state.allocations[2].notes == "voice chat"


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

    assert "`: voice chat" in ann.saw(first.result).text
    assert "The notes were changed again since." in ann.saw(second.result).text
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

    assert "The notes were changed again since." in ann.saw(undone.result).text
    assert world.state.allocations[2].notes == "bob's"


async def test_undo_is_off_with_a_reason_where_it_makes_no_sense(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    new = next(row for row in world.state.allocations_of(world.survival) if row.id > 2)
    added = await look_at(ann)
    await ann.run("allocations delete", server="Survival", allocation=str(new.port))
    await ann.press(f"Delete {new.address}")

    deleted = await look_at(ann)

    assert added.buttons == {f"Remove {new.port} again…": True, "Back": True}
    assert "**Undo** is off" not in added.text
    assert deleted.buttons == {"Undo": False, "Back": True}
    assert "**Undo** is off: A deleted port cannot be asked for again" in deleted.text


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

    assert long == "Notes back to “voice chat”"
    assert clipped == f"Notes back to “{'v' * 63}…”"
    assert len(clipped) == 80
    assert cleared == "Clear the notes again"
    assert after == on_record == "Back to play.example.com:25565"


async def test_removing_again_what_was_added_asks_first_and_then_does(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    new = next(row for row in world.state.allocations_of(world.survival) if row.id > 2)
    await look_at(ann)

    asked = (await ann.press(f"Remove {new.port} again…")).embed.title or ""
    changes = stage.changes[1:]
    await ann.press(f"Delete {new.address}")
    gone = await look_at(ann, 1)

    assert asked.startswith("⚠️ Delete")
    assert changes == []
    assert world.state.allocations[new.id].server_id is None
    assert "**Undo** is off: The allocation is no longer on the server." in gone.text


async def test_undo_is_off_when_the_notes_were_changed_since(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    world.state.allocations[2].notes = "changed on the panel"

    seen = await look_at(ann)

    assert "**Undo** is off: The notes were changed again since." in seen.text


async def test_undo_is_off_when_the_primary_was_changed_since(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    world.survival.primary_id = 1

    seen = await look_at(ann)

    assert "**Undo** is off: The primary was changed again since: now it is `play.example.com:25565`." in seen.text


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
    assert down.buttons == {"Undo": False, "Back": True}


async def test_a_press_on_undo_that_came_too_late_changes_nothing_and_says_why(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await look_at(ann)
    world.state.allocations[2].notes = "changed on the panel"

    seen = await ann.press(undo_of(ann.seen))

    assert "That cannot be undone now" in seen.text
    assert "The notes were changed again since." in seen.text
    assert world.state.allocations[2].notes == "changed on the panel"


# How long it is kept


async def test_changes_are_kept_for_the_configured_days_and_then_deleted(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for days in (91, 89):
        await ann.run("allocations notes", server="Survival", allocation="25566", text=f"{days} days ago")
        run_sql(
            database_file(stage), "UPDATE changes SET at = at - ? WHERE id = (SELECT max(id) FROM changes)", days * DAY
        )

    with stage.env.time_context():
        await stage.bot.services.history.prune()
    seen = await ann.run(COMMAND)

    assert lines(seen) == ["✅ Noted `203.0.113.7:25566`: 91 days ago → 89 days ago · Survival"]


async def test_the_record_of_one_person_cannot_fill_the_disk(stage: Stage, world: World) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    await dan.run("allocations notes", server="Solo", allocation="25565", text="dan's")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="the oldest")
    run_sql(
        database_file(stage),
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
        "INSERT INTO changes (user_id, at, server, server_name, verb, outcome) "
        "SELECT user_id, at, server, server_name, verb, outcome FROM changes, n WHERE user_id = ?",
        ann.id,
    )

    with stage.env.time_context():
        deleted = await stage.bot.services.history.prune()

    assert deleted == 1
    assert len(await exported(ann)) == 5000
    assert len(await exported(dan)) == 1


async def test_unlinking_deletes_the_record_from_the_file_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="remember-me-not")
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    file = database_file(stage)
    run_sql(file, "PRAGMA wal_checkpoint(TRUNCATE)")

    assert stage.stored_of(ann) == []
    assert b"remember-me-not" not in bytes_on_disk(file)


async def test_the_record_of_somebody_who_unlinked_and_linked_again_begins_anew(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")
    await ann.link(world.ann)

    seen = await ann.run(COMMAND)

    assert "No changes on record" in seen.text


async def test_a_change_still_waiting_when_its_owner_unlinks_is_neither_made_nor_recorded(
    stage: Stage, world: World
) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    survival = world.survival.identifier
    for person in (ann, bob):
        await person.run("allocations list", server="Survival")
    question = await ann.run("unlink")

    async with stage.slow_panel():
        await bob.run("allocations notes", server=survival, allocation="25566", text="bob's")
        with without_waiting(stage):
            waiting = await ann.run("allocations notes", server=survival, allocation="25566", text="ann's")
            await ann.press(f"Unlink ptlc_…{world.ann[-4:]}", on=question)

    assert "You unlinked while this was under way" in ann.saw(waiting.result).text
    assert world.state.allocations[2].notes == "bob's"
    assert stage.stored_of(ann) == []


async def test_a_change_under_way_when_its_owner_unlinks_leaves_nothing_behind(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    async with stage.slow_panel(changing):
        waiting = await ann.run("allocations create", server=world.survival.identifier, primary=True)
        await ann.run("unlink")
        await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    told = ann.saw(waiting.result).text
    assert "✅ Added" in told
    assert "❌ The primary was not changed. I stopped using your earlier key" in told
    assert stage.stored_of(ann) == []


async def test_the_record_leads_to_ones_servers_even_where_it_is_empty(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    record = await ann.run("allocations history")
    words = record.text

    seen = await ann.press("My servers")

    assert "No changes on record" in words
    assert seen.message.id == record.message.id
    assert "2 servers on your panel account" in seen.text
