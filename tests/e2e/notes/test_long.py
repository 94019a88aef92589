"""Notes as long as the panel keeps them: 255 characters on Pelican, 191 on Pterodactyl; and what panels trim."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from tests.e2e.notes.conflicts import on_every_panel
from tests.e2e.notes.forms import field
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World

on_pelican = pytest.mark.parametrize("stage", [Flavour.PELICAN], indirect=True, ids=str)
on_pterodactyl = pytest.mark.parametrize(
    "stage", [Flavour.PTERODACTYL_1_11, Flavour.PTERODACTYL_1_12], indirect=True, ids=str
)


@on_pelican
@pytest.mark.parametrize("length", [192, 255])
async def test_notes_of_192_to_255_characters_are_kept_on_pelican(stage: Stage, world: World, length: int) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="😀" * length)
    created = await ann.run("allocations create", server="Survival", notes="y" * length)

    assert "✅ Noted `" in seen.text
    assert world.state.allocations[2].notes == "😀" * length
    assert "✅ Added" in created.text
    assert "not done" not in created.text
    assert world.state.allocations_of(world.survival)[2].notes == "y" * length


@on_pelican
async def test_notes_of_255_characters_come_in_the_form_whole_and_can_be_cleared(stage: Stage, world: World) -> None:
    world.state.allocations[2].notes = "x" * 255
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    form = await ann.run("allocations notes", server="Survival", allocation="25566")
    prefilled = field(form.form)
    cleared = await ann.fill(notes="")

    assert prefilled["value"] == "x" * 255
    assert prefilled["max_length"] == 255
    assert prefilled["required"] is False
    assert "❌" not in cleared.text
    assert world.state.allocations[2].notes is None


@on_pelican
async def test_more_than_255_stop_at_the_command(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    with pytest.raises(Exception, match="at most 255"):
        await ann.run("allocations notes", server="Survival", allocation="25566", text="x" * 256)

    assert stage.changes == []


@on_pterodactyl
async def test_pterodactyls_own_limit_is_named_and_nothing_is_sent(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    noted = await ann.run("allocations notes", server="Survival", allocation="25566", text="x" * 192)
    created = await ann.run("allocations create", server="Survival", notes="x" * 192)

    for seen in (noted, created):
        assert "❌ These notes are too long" in seen.text
        assert "They have 192 characters; {panel} keeps 191 and would cut the rest silently." in unnamed(seen.text)
    assert stage.changes == []


@on_every_panel
@pytest.mark.parametrize("character", ["\u2800", "\u3164", "\u00ad", "\u200f", "\u2063", "\U000e0020", "\x00"])
async def test_notes_whose_ends_a_panel_trims_are_told_as_saved(stage: Stage, world: World, character: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="Survival", notes=f"{character}voice{character}")

    assert "✅ Added" in seen.text
    assert "not done" not in seen.text
    assert "❌" not in seen.text
    assert world.state.allocations_of(world.survival)[2].notes == "voice"


@on_pterodactyl
async def test_notes_that_are_too_long_are_edited_again_in_the_form_with_all_of_them(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    refused = await ann.run("allocations notes", server="Survival", allocation="25566", text="x" * 192)
    advice = refused.text

    form = await ann.press("Edit again")
    prefilled, hint = field(form.form), form.form["components"][0]["description"]
    saved = await ann.fill(notes="x" * 191)

    assert "**What to do**: Press **Edit again** and shorten them." in advice
    assert prefilled["value"] == "x" * 192
    assert hint == "Your text has 192 characters; shorten it to 191."
    assert saved.message.id == refused.message.id
    assert world.state.allocations[2].notes == "x" * 191


@on_pterodactyl
async def test_notes_still_too_long_after_that_are_edited_once_more_and_nothing_of_others_is_overwritten(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="x" * 200)
    await ann.press("Edit again")
    again = (await ann.fill(notes="x" * 195)).text
    await ann.press("Edit again")
    world.state.allocations[2].notes = "somebody else's"

    asked = await ann.fill(notes="mine")

    assert "They have 195 characters" in again
    assert "Notes changed meanwhile" in asked.text
    assert world.state.allocations[2].notes == "somebody else's"


@on_pterodactyl
async def test_notes_that_are_lost_are_given_back_without_the_page_below_them(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="x" * 200)
    await ann.press("Edit again")
    refused = (await ann.fill(notes="y" * 195)).text
    # As a restart or an hour does.
    stage.bot.services.drafts._texts.clear()

    seen = await ann.press("Edit again")

    assert "203.0.113.7" in refused
    assert f"> {'y' * 195}" in seen.text
    assert "> ▫️" not in seen.text
    assert "> 📝" not in seen.text


@on_pterodactyl
async def test_of_notes_too_long_for_a_port_that_nobody_knows_there_is_no_form(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="1", text="x" * 192)

    assert "These notes are too long" in seen.text
    assert "Edit again" not in seen.buttons


@on_pterodactyl
async def test_a_key_in_notes_too_long_is_kept_nowhere(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    submit = f"v1:notes.submit:{ann.id}:5e000001:2"

    kept = await stage.forge_form(ann, submit, notes="x" * 300)
    seen = await stage.forge_form(ann, submit, notes=f"{world.ann} {'x' * 300}")

    assert "Edit again" in kept.buttons
    assert "These notes are too long" in seen.text
    assert "Edit again" not in seen.buttons
    assert world.ann not in seen.text


@on_pterodactyl
async def test_whoever_types_much_drives_out_their_own_texts_and_nobody_elses(
    stage: Stage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.kept.TEXTS", 30)
    await stage.restart()
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    for person in (ann, bob):
        await person.run("allocations list", server="Survival")
    theirs = await bob.run("allocations notes", server="Survival", allocation="25566", text="b" * 192)

    for _ in range(31):
        newest = await ann.run("allocations notes", server="Survival", allocation="25566", text="a" * 192)
        await stage.env.advance_time(1)

    assert field((await bob.press("Edit again", on=theirs)).form)["value"] == "b" * 192
    assert field((await ann.press("Edit again", on=newest)).form)["value"] == "a" * 192


async def test_notes_of_191_code_points_are_saved_whole(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    text = "🧭" * 191

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=text)

    assert "✅ Noted `" in seen.text
    assert world.state.allocations[2].notes == text


async def test_longer_notes_from_a_client_that_lets_them_through_are_refused(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.choose("2")
    form = (await ann.press("Edit notes")).form

    seen = await stage.forge_form(ann, form["custom_id"], notes="x" * 192)

    assert "❌ These notes are too long" in seen.text
    assert "They have 192 characters; {panel} keeps 191" in unnamed(seen.text)
    assert stage.changes == []
    assert world.state.allocations[2].notes == "voice lobby"
