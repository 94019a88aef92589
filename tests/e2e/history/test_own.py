"""`/allocations history`: every change on record for whoever made it, with what was there before and after."""

from __future__ import annotations

from tests.e2e.history.recorded import COMMAND, exported, lines, look_at
from tests.names import undo_of
from tests.security.evidence import database_file, run_sql
from tests.stage import Stage, changing
from tests.world import World


async def test_a_person_without_changes_is_told_so_and_how_long_they_are_kept(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run(COMMAND)

    assert seen.ephemeral
    assert "No changes on record" in seen.text
    assert "90 days" in seen.text
    assert seen.buttons == {"My servers": True}


async def test_every_kind_of_change_is_on_record_newest_first(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival", notes="atlas", primary=True)
    new = world.state.primary_of(world.survival)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("allocations primary", server="Survival", allocation="25566")
    await ann.run("allocations delete", server="Survival", allocation=str(new.port))
    await ann.press(f"Remove {new.address}")

    seen = await ann.run(COMMAND)

    assert seen.ephemeral
    assert lines(seen) == [
        f"✅ Removed `{new.address}` · Survival",
        f"✅ Made primary `{new.address}` → `203.0.113.7:25566` · Survival",
        "✅ Noted `203.0.113.7:25566`: voice lobby → query · Survival",
        f"✅ Made primary `play.example.com:25565` → `{new.address}` · Survival",
        f"✅ Added `{new.address}` · Survival",
    ]
    assert seen.text.count("<t:") == 5
    assert stage.asked[-1] != "GET /"


async def test_the_select_says_when_and_from_what_to_what(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival", notes="atlas", primary=True)
    new = world.state.primary_of(world.survival)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("allocations delete", server="Survival", allocation="25566")
    await ann.press("Remove 203.0.113.7:25566")
    run_sql(database_file(stage), "UPDATE changes SET at = at - 7300 WHERE id = 1")

    seen = await ann.run(COMMAND)

    (select,) = [part for part in seen.components if part["type"] == 3]
    assert [(o["label"], o["description"]) for o in select["options"]] == [
        ("✅ Removed 203.0.113.7:25566", "just now · query → gone · Survival"),
        ("✅ Noted 203.0.113.7:25566", "just now · voice lobby → query · Survival"),
        (f"✅ Made primary {new.address}", f"just now · play.example.com:25565 → {new.address} · Survival"),
        (f"✅ Added {new.address}", "2 h ago · new → atlas · Survival"),
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

    assert "**Before**: notes voice lobby" in seen.text
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
        "before": {"notes": "voice lobby"},
        "after": {"notes": "query"},
        "outcome": "done",
    }


async def test_the_record_can_be_narrowed_to_one_server(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("allocations notes", server="Creative", allocation="25566", text="plots")

    seen = await ann.run(COMMAND, server="Creative")

    assert lines(seen) == ["✅ Noted `203.0.113.8:25566`: no notes → plots"]
    assert seen.text.startswith("Your changes · Creative\n")


async def test_the_record_is_paginated_and_turns_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for number in range(17):
        await ann.run("allocations notes", server="Survival", allocation="25566", text=f"note {number}")

    first = await ann.run(COMMAND)
    await ann.press("Next")
    last = await ann.press("Next")

    assert last.message.id == first.message.id
    assert "Page 3 of 3" in last.text
    assert lines(last) == ["✅ Noted `203.0.113.7:25566`: voice lobby → note 0 · Survival"]
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
    assert seen.text.startswith("Your changes · Survival\n")


async def test_the_record_leads_to_ones_servers_even_where_it_is_empty(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    record = await ann.run("allocations history")
    words = record.text

    seen = await ann.press("My servers")

    assert "No changes on record" in words
    assert seen.message.id == record.message.id
    assert "2 servers on your panel account" in seen.text


async def test_history_on_a_servers_list_shows_ones_own_changes_of_it_and_asks_the_panel_nothing(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("allocations notes", server="Creative", allocation="25566", text="plots")
    await ann.run("allocations list", server="Survival")
    before = list(stage.asked)

    seen = await ann.press("History")

    assert lines(seen) == ["✅ Noted `203.0.113.7:25566`: voice lobby → query"]
    assert seen.embed.title == "Your changes · Survival"
    assert stage.asked == before


async def test_the_changes_of_one_server_lead_to_its_list_with_and_without_any(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    none = (await ann.run(COMMAND, server="Survival")).buttons
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    some = (await ann.run(COMMAND, server="Survival")).buttons

    seen = await ann.press("Show allocations")

    assert none == some == {"Everyone's changes": True, "Show allocations": True, "My servers": True}
    assert seen.embed.title == "Survival"
    assert "2 of 5 ports used" in seen.text


async def test_a_change_that_can_be_undone_leads_to_the_list_of_its_server_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    change = (await look_at(ann)).buttons

    seen = await ann.press("Show allocations")

    assert change == {"Notes back to “voice lobby”": True, "Show allocations": True, "Back": True}
    assert seen.embed.title == "Survival"


async def test_the_server_is_not_said_anew_with_every_change_where_all_are_of_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="voice")

    listed = await ann.run(COMMAND, server="Survival")
    (select,) = [part for part in listed.components if part["type"] == 3]
    text = listed.text
    one = await ann.choose(listed.wire_values[0].partition("~")[0])

    assert text.count("Survival") == 1
    assert not [option for option in select["options"] if "Survival" in option["description"]]
    # In the title, and where it is said which server of that name it is.
    assert one.embed.title == "Your change · Port 25566 · Survival"
    assert (one.embed.description or "").count("Survival") == 1
