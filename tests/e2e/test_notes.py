"""`/allocations notes` and Edit notes: with the text given, or through a prefilled form."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest

from bot.demo.people import Person, Seen
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World, fill_up


def field(form: dict[str, Any]) -> dict[str, Any]:
    """Return the form's only text input, with its label's words."""
    (label,) = form["components"]
    return {**label["component"], "label": label["label"], "description": label["description"]}


UNREAD = "I did not get the current notes in time. If I find any later, I ask you before I replace them."


async def unread(stage: Stage, action: Awaitable[Seen], person: Person) -> Seen:
    """Do an action that opens the form while the panel is too slow to prefill it; return the form."""
    async with stage.slow_panel():
        waiting = await action
        assert not waiting.result.acknowledged
        await stage.env.advance_time(1.9)
        return person.saw(waiting.result)


async def test_notes_given_in_the_command_are_saved_and_shown(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="query port")

    assert seen.ephemeral
    assert world.state.allocations[2].notes == "query port"
    assert "✅ Noted `203.0.113.7:25566`: query port" in seen.text
    assert " · query port" in seen.text


@pytest.mark.parametrize("text", ["query port", " "])
async def test_notes_given_in_the_command_replace_knowingly_and_say_what_stood_there(
    stage: Stage, world: World, text: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.state.allocations[2].notes = "somebody *else's*"

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=text)

    assert f"✅ Noted `203.0.113.7:25566`: {text.strip() or 'no notes'}\n" in seen.text
    assert "\nBefore: somebody \\*else's\\*\n" in seen.text
    assert world.state.allocations[2].notes == (text.strip() or None)


async def test_notes_where_there_were_none_say_nothing_of_before(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25565", text="main")

    assert "`: main" in seen.text
    assert "Before" not in seen.text


async def test_saving_notes_needs_no_restart_and_says_nothing_of_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="query port")

    assert "next start" not in seen.text


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\n"])
async def test_an_empty_text_clears_the_notes(stage: Stage, world: World, text: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=text)

    assert world.state.allocations[2].notes is None
    assert "✅ Noted `203.0.113.7:25566`: no notes" in seen.text


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


async def test_after_saving_the_page_with_the_allocation_is_shown(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    row = world.state.allocations_of(world.survival)[34]
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation=str(row.port), text="far down")

    assert "Page 2 of 3" in seen.text
    assert " · far down" in seen.text


async def test_the_primary_can_be_annotated_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="play.example.com:25565", text="main")

    assert world.state.allocations[1].notes == "main"
    assert "**Primary**" in seen.text


async def test_form_and_command_both_stop_at_191_code_points(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    refused = await ann.run("allocations notes", server="Survival", allocation="25566", text="x" * 192)
    await ann.run("allocations notes", server="Survival", allocation="25566")
    with pytest.raises(Exception, match="max_length=191"):
        await ann.fill(notes="x" * 192)

    assert "They have 192 characters; {panel} keeps 191" in unnamed(refused.text)
    assert stage.changes == []


async def test_191_emoji_fit(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="25566", text="😀" * 191)

    assert world.state.allocations[2].notes == "😀" * 191


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


async def test_notes_work_in_direct_messages(stage: Stage, world: World) -> None:
    ann = stage.in_direct_messages("ann")
    await ann.link(world.ann)

    await ann.run("allocations notes", server="Survival", allocation="25566")
    seen = await ann.fill(notes="from a direct message")

    assert seen.ephemeral
    assert world.state.allocations[2].notes == "from a direct message"


@pytest.mark.parametrize(
    "typed",
    ["#2", "25566", ":25566", "203.0.113.7:25566", " 203.0.113.7:25566 "],
)
async def test_an_allocation_is_found_by_id_port_or_address(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation=typed, text="found")

    assert world.state.allocations[2].notes == "found"


@pytest.mark.parametrize(
    "typed",
    ["#1", "25565", "play.example.com", "play.example.com:25565", "PLAY.example.com:25565", "203.0.113.7:25565"],
)
async def test_an_allocation_with_an_alias_is_found_by_alias_and_by_ip(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation=typed, text="found")

    assert world.state.allocations[1].notes == "found"


async def test_an_ipv6_allocation_is_found_by_its_bracketed_address(stage: Stage, world: World) -> None:
    row = world.state.assign(world.survival, 25566, "2001:db8::16")
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="[2001:DB8::16]:25566", text="found")

    assert row.notes == "found"


async def test_a_port_on_two_addresses_is_asked_about_and_its_address_is_not(stage: Stage, world: World) -> None:
    row = world.state.assign(world.survival, 25566, "198.51.100.7")
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="which?")
    words = seen.text
    await ann.run("allocations notes", server="Survival", allocation="198.51.100.7:25566", text="this one")

    assert "2 ports of this server fit what you typed" in words
    assert world.state.allocations[2].notes == "voice lobby"
    assert row.notes == "this one"


@pytest.mark.parametrize("typed", ["25999", "203.0.113.8", "198.51.100.7:25566", "voice lobby", "3", "-1", "0"])
async def test_an_unknown_allocation_says_so_and_changes_nothing(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation=typed, text="nowhere")

    assert "No such port" in seen.text
    assert "</allocations list:" in seen.text
    assert stage.changes == []


async def test_an_allocation_newer_than_what_was_read_is_still_found(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    row = world.state.assign(world.survival, 25570)

    await ann.run("allocations notes", server="Survival", allocation="25570", text="new")

    assert row.notes == "new"


async def test_an_allocation_hidden_for_lack_of_permission_is_not_called_missing(stage: Stage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations notes", server="Survival", allocation="25566", text="x")

    assert "`allocation.read`" in seen.text
    assert "Ask the server's owner to grant it on {panel} under Users." in unnamed(seen.text)
    assert "no allocation with that" not in seen.text


async def test_notes_that_cannot_be_seen_are_cleared_and_not_taken_for_none(stage: Stage, world: World) -> None:
    world.state.allocations[1].notes = "secret plan"
    world.survival.subusers[3] = ["allocation.update"]
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations notes", server="Survival", allocation="25565", text=" ")

    assert world.state.allocations[1].notes is None
    assert "I changed nothing" not in seen.text
