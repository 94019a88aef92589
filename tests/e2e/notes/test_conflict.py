"""Notes that somebody else wrote while a form was open are never undone unseen: both are shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.notes.conflicts import CHOICE, READ_AND_WRITE, conflict, on_every_panel
from tests.e2e.notes.forms import field, form_by_button, form_by_command, unread
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


@on_every_panel
@pytest.mark.parametrize("opened", [form_by_button, form_by_command])
async def test_what_somebody_wrote_on_the_panels_page_meanwhile_is_shown_and_not_overwritten(
    stage: Stage, world: World, opened: Callable[[Person], Awaitable[Seen]]
) -> None:
    ann = await stage.linked("ann", world.ann)
    form = await opened(ann)
    world.state.allocations[2].notes = "theirs"
    stage.panel.requests.clear()

    seen = await ann.fill(on=form, notes="mine")

    assert "Somebody changed these notes since you opened the form. I have not saved yours." in seen.text
    assert "**On {panel} now**\n> theirs\n" in unnamed(seen.text)
    assert "**Yours, as you typed it**\n> mine" in seen.text
    assert list(seen.buttons) == CHOICE
    assert seen.ephemeral
    assert stage.asked == READ_AND_WRITE[:1]
    assert world.state.allocations[2].notes == "theirs"


async def test_what_another_member_wrote_through_the_bot_meanwhile_is_not_overwritten(
    stage: Stage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update"]
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    form = await form_by_command(ann)
    await bob.run("allocations notes", server="Survival", allocation="25566", text="bob's")

    seen = await ann.fill(on=form, notes="ann's")

    assert "> bob's" in seen.text
    assert "> ann's" in seen.text
    assert world.state.allocations[2].notes == "bob's"


async def test_of_two_forms_open_at_once_the_later_one_asks(stage: Stage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update"]
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    forms = await form_by_command(ann), await form_by_command(bob)

    first = await ann.fill(on=forms[0], notes="ann's")
    second = await bob.fill(on=forms[1], notes="bob's")

    assert "`: ann's" in first.text
    assert list(second.buttons) == CHOICE
    assert world.state.allocations[2].notes == "ann's"


async def test_an_unchanged_panel_saves_with_one_reading_and_the_write(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    form = await form_by_command(ann)
    stage.panel.requests.clear()

    seen = await ann.fill(on=form, notes="mine")

    assert "`: mine" in seen.text
    assert stage.asked == READ_AND_WRITE


async def test_clearing_does_not_clear_what_was_not_seen(stage: Stage, world: World) -> None:
    world.state.allocations[2].notes = None
    ann = await stage.linked("ann", world.ann)
    form = await form_by_button(ann)
    world.state.allocations[2].notes = "theirs"

    seen = await ann.fill(on=form, notes="")

    assert "> theirs" in seen.text
    assert "(empty, which clears the notes)" in seen.text
    assert world.state.allocations[2].notes == "theirs"


async def test_what_somebody_cleared_meanwhile_is_asked_about_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    form = await form_by_button(ann)
    world.state.allocations[2].notes = None

    seen = await ann.fill(on=form, notes="mine")

    assert "**On {panel} now**\n(no notes)" in unnamed(seen.text)
    assert world.state.allocations[2].notes is None


async def test_the_same_text_written_by_somebody_else_is_no_conflict(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    form = await form_by_button(ann)
    world.state.allocations[2].notes = "the same"

    seen = await ann.fill(on=form, notes=" the same ")

    assert "Save mine" not in seen.buttons
    assert "the same" in seen.text
    assert world.state.allocations[2].notes == "the same"


async def test_a_form_submitted_twice_asks_nothing_and_saves_the_one_text(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    form = await form_by_button(ann)

    first = await ann.fill(on=form, notes="mine")
    second = await stage.forge_form(ann, form.form["custom_id"], notes="mine")

    assert "`: mine" in first.text
    assert "Save mine" not in second.buttons
    assert world.state.allocations[2].notes == "mine"


async def test_a_form_from_before_a_restart_still_knows_what_it_was_filled_with(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    form = await form_by_button(ann)
    await stage.restart()
    world.state.allocations[2].notes = "theirs"

    seen = await ann.fill(on=form, notes="mine")

    assert list(seen.buttons) == CHOICE
    assert world.state.allocations[2].notes == "theirs"


@pytest.mark.parametrize("typed", ["25566", "#2"])
async def test_notes_that_a_slow_panel_did_not_tell_the_form_are_not_overwritten_unseen(
    stage: Stage, world: World, typed: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    form = await unread(stage, ann.run("allocations notes", server="5e000001", allocation=typed), ann)
    question = await ann.fill(on=form, notes="mine")
    words, notes = question.text, world.state.allocations[2].notes
    await ann.press("Save mine")

    assert "There are notes that the form could not show you. I have not saved yours." in words
    assert "> voice lobby" in words
    assert "> mine" in words
    assert notes == "voice lobby"
    assert world.state.allocations[2].notes == "mine"


async def test_notes_that_may_not_be_seen_are_replaced_as_the_form_says(stage: Stage, world: World) -> None:
    world.survival.subusers[3] = ["allocation.update"]
    cid = await stage.linked("cid", world.cid)
    world.state.allocations[1].notes = "hidden"

    form = await cid.run("allocations notes", server="Survival", allocation="25565")
    seen = await cid.fill(on=form, notes="cid's")

    assert field(form.form)["description"] == "You may not see the current notes; what you enter replaces them."
    assert "Save mine" not in seen.buttons
    assert world.state.allocations[1].notes == "cid's"


async def test_a_form_that_came_without_notes_promises_to_ask_only_for_those_that_can_be_seen(
    stage: Stage, world: World
) -> None:
    world.survival.subusers[3] = ["allocation.update"]
    cid = await stage.linked("cid", world.cid)
    world.state.allocations[1].notes = "hidden"

    form = await unread(stage, cid.run("allocations notes", server="5e000001", allocation="#1"), cid)
    await cid.fill(on=form, notes="cid's")

    assert "If I find any later, I ask you before I replace them." in field(form.form)["description"]
    assert world.state.allocations[1].notes == "cid's"


@pytest.mark.parametrize(
    "text", ["@everyone " * 19, "`" * 191, "> # - \n1. x\n\n\n* y", "\u202e" + "*" * 190, "😀" * 191]
)
async def test_hostile_texts_stand_in_the_question_without_effect(stage: Stage, world: World, text: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await conflict(stage, ann, mine=text, theirs=text[::-1] + "@here")

    assert list(seen.buttons) == CHOICE
    assert "@everyone" not in seen.text
    assert "@here" not in seen.text
    assert "\n# " not in seen.text
    assert "\u202e" not in seen.text
    await ann.press("Save mine")
    assert world.state.allocations[2].notes == text.strip(" ")


async def test_notes_of_255_characters_on_the_panel_are_shown_whole(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await conflict(stage, ann, mine="m" * 191, theirs="t" * 255)

    assert f"> {'t' * 255}\n" in seen.text
    assert f"> {'m' * 191}" in seen.text


async def test_a_typed_text_is_in_no_log(stage: Stage, world: World, caplog: pytest.LogCaptureFixture) -> None:
    ann = await stage.linked("ann", world.ann)

    await conflict(stage, ann, mine="a private word", theirs="another private word")
    await ann.press("Save mine")

    assert "private word" not in caplog.text
