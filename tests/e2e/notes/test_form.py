"""The form for notes: filled with what the panel has now, or saying that it is not; and what saving it does."""

from __future__ import annotations

import pytest

from tests.e2e.notes.forms import field, unread
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World

UNREAD = "I did not get the current notes in time. If I find any later, I ask you before I replace them."


async def test_without_a_text_a_form_opens_prefilled_from_a_reading_made_for_it(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.state.allocations[2].notes = "voice of the night"
    stage.panel.requests.clear()

    seen = await ann.run("allocations notes", server="Survival", allocation="25566")

    assert seen.form["title"] == "Notes of 203.0.113.7:25566"
    assert field(seen.form)["value"] == "voice of the night"
    assert field(seen.form)["max_length"] == 191
    assert field(seen.form)["required"] is False
    assert "Leave it empty to clear the notes." in field(seen.form)["description"]
    assert stage.asked == [f"GET /servers/{world.survival.identifier}"]


async def test_the_form_is_prefilled_from_the_panel_when_nothing_was_read(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    seen = await ann.run("allocations notes", server=world.survival.identifier, allocation="25566")

    assert field(seen.form)["value"] == "voice lobby"
    assert stage.asked == [f"GET /servers/{world.survival.identifier}"]


async def test_edit_notes_shows_what_the_panels_page_says_now_not_what_was_listed(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")
    world.state.allocations[2].notes = None
    stage.panel.requests.clear()

    seen = await ann.press("Edit notes")

    assert field(seen.form).get("value") is None
    assert field(seen.form)["required"] is False
    assert stage.asked == [f"GET /servers/{world.survival.identifier}"]


async def test_the_forms_text_is_saved(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566")

    seen = await ann.fill(notes="bedrock players")

    assert seen.ephemeral
    assert world.state.allocations[2].notes == "bedrock players"
    assert "`: bedrock players" in seen.text


async def test_an_emptied_form_clears_the_notes(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566")

    seen = await ann.fill(notes="")

    assert world.state.allocations[2].notes is None
    assert "✅ Noted `203.0.113.7:25566`: no notes" in seen.text


async def test_edit_notes_opens_the_form_and_saves_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")

    form = await ann.press("Edit notes")
    value = field(form.form)["value"]
    seen = await ann.fill(notes="dynmap")

    assert value == "voice lobby"
    assert seen.message.id == panel.message.id
    assert world.state.allocations[2].notes == "dynmap"
    assert "2 of 5 ports used" in seen.text


async def test_form_and_command_both_stop_at_191_code_points(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    refused = await ann.run("allocations notes", server="Survival", allocation="25566", text="x" * 192)
    await ann.run("allocations notes", server="Survival", allocation="25566")
    with pytest.raises(Exception, match="max_length=191"):
        await ann.fill(notes="x" * 192)

    assert "They have 192 characters; {panel} keeps 191" in unnamed(refused.text)
    assert stage.changes == []


async def test_a_form_that_was_not_prefilled_in_time_says_so_and_cannot_clear_by_accident(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.allocations[2].notes = None
    await ann.run("allocations list", server="Survival")
    detail = await ann.choose("203.0.113.7:25566")

    opened = await unread(stage, ann.press("Edit notes", on=detail), ann)

    assert field(opened.form)["description"] == UNREAD
    assert field(opened.form)["required"] is True
    assert field(opened.form).get("value") is None
    seen = await ann.fill(on=opened, notes="late")
    assert world.state.allocations[2].notes == "late"
    assert "`: late" in seen.text


async def test_a_typed_port_is_looked_up_when_the_form_comes_back(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.allocations[2].notes = None

    opened = await unread(stage, ann.run("allocations notes", server="5e000001", allocation="25566"), ann)
    stage.panel.requests.clear()
    seen = await ann.fill(on=opened, notes="late")

    assert stage.asked == ["GET /servers/5e000001", "POST /servers/5e000001/network/allocations/2"]
    assert world.state.allocations[2].notes == "late"
    assert "`: late" in seen.text


async def test_a_name_that_cannot_be_looked_up_in_time_for_a_form_is_told_with_a_way_out(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    async with stage.slow_panel():
        waiting = await ann.run("allocations notes", server="Survival", allocation="25566")
        await stage.env.advance_time(1.9)
        seen = ann.saw(waiting.result)
        words = seen.text

    assert "did not answer in time" in words
    assert "`text` option" in words
    assert seen.ephemeral
