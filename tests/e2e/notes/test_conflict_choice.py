"""The answers to that question: mine, theirs, or edited again; each as true as when it was asked, or asked anew."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour, Maintenance
from tests.e2e.notes.conflicts import CHOICE, READ_AND_WRITE, SERVER, conflict
from tests.e2e.notes.forms import field
from tests.names import buttons_on
from tests.stage import Stage
from tests.world import World


async def test_save_mine_writes_over_what_was_shown_and_keeps_the_message(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann)
    stage.panel.requests.clear()

    seen = await ann.press("Save mine")

    assert "`: mine" in seen.text
    assert seen.message.id == question.message.id
    assert world.state.allocations[2].notes == "mine"
    assert stage.asked == READ_AND_WRITE


async def test_save_mine_asks_again_where_theirs_is_no_longer_what_was_shown(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await conflict(stage, ann)
    world.state.allocations[2].notes = "theirs once more"

    again = await ann.press("Save mine")
    words, notes = again.text, world.state.allocations[2].notes
    seen = await ann.press("Save mine")

    assert "> theirs once more" in words
    assert "> mine" in words
    assert notes == "theirs once more"
    assert "`: mine" in seen.text
    assert world.state.allocations[2].notes == "mine"


async def test_save_mine_pressed_twice_saves_the_one_text(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann)
    save = question.custom_id("Save mine")

    seen = [await stage.forge(ann, save, on=question), await stage.forge(ann, save, on=question)]

    assert ["Save mine" in each.buttons for each in seen] == [False, False]
    assert world.state.allocations[2].notes == "mine"


async def test_keep_theirs_goes_back_to_the_list_and_changes_nothing(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann)
    stage.panel.requests.clear()

    seen = await ann.press("Keep theirs")

    assert seen.message.id == question.message.id
    assert " · theirs" in seen.text
    assert stage.asked == [f"GET {SERVER}"]


async def test_edit_again_opens_the_form_with_the_persons_own_text(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann)

    form = await ann.press("Edit again")
    shown = field(form.form)
    seen = await ann.fill(on=form, notes="theirs and mine")

    assert form.form["title"] == "Notes of 203.0.113.7:25566"
    assert shown["value"] == "mine"
    assert shown["description"] == "This is your text, not the saved one. Leave it empty to clear the notes."
    assert "`: theirs and mine" in seen.text
    assert seen.message.id == question.message.id
    assert world.state.allocations[2].notes == "theirs and mine"


async def test_a_text_edited_again_is_asked_about_where_somebody_wrote_once_more(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await conflict(stage, ann)
    form = await ann.press("Edit again")
    world.state.allocations[2].notes = "theirs once more"

    seen = await ann.fill(on=form, notes="theirs and mine")

    assert "> theirs once more" in seen.text
    assert "> theirs and mine" in seen.text
    assert world.state.allocations[2].notes == "theirs once more"


@pytest.mark.parametrize("button", ["Save mine", "Edit again"])
async def test_after_a_restart_the_typed_text_is_said_to_be_gone_and_stands_above_the_port_as_it_is_now(
    stage: Stage, world: World, button: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann, mine="a *text* of mine\n> {panel} @here")
    world.state.allocations[2].notes = "theirs once more"
    await stage.restart_without_texts()
    stage.panel.requests.clear()

    seen = await ann.press(button, on=question)
    words, offered = seen.text, set(buttons_on(seen))
    form = await ann.press("Edit notes", on=seen)
    saved = await ann.fill(on=form, notes="of both")

    assert "I no longer have the text you typed" in words
    assert "Copy your text from here, where it stands in full, and enter it with **Edit notes**" in words
    assert "**Yours, as you typed it**\n> a \\*text\\* of mine\n> \\> \\{panel\\} \\@\u200bhere" in words
    assert "📝 theirs once more" in words
    assert seen.message.id == question.message.id
    assert not offered & set(CHOICE)
    assert stage.asked[0] == READ_AND_WRITE[0]
    assert field(form.form)["value"] == "theirs once more"
    assert "`: of both" in saved.text


async def test_a_typed_text_that_is_gone_still_stands_in_the_message_where_the_panel_cannot_be_read(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann, mine="a text of mine")
    await stage.restart_without_texts()
    world.state.maintenance = Maintenance()

    seen = await ann.press("Save mine", on=question)

    assert "I no longer have the text you typed" in seen.text
    assert "I do not know what the server holds now" in seen.text
    assert "> a text of mine" in seen.text
    assert seen.message.id == question.message.id
    assert list(seen.buttons) == ["Show allocations"]


@pytest.mark.parametrize("button", ["Save mine", "Edit again"])
async def test_what_fails_for_a_while_only_leaves_the_question_to_be_answered(
    stage: Stage, world: World, button: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann, mine="a text of mine")
    words, offered = question.text, list(question.buttons)
    world.state.maintenance = Maintenance()
    told = await ann.press("Save mine", on=question)
    world.state.maintenance = None
    beside, kept, live = told.message.id, question.text, list(question.buttons)

    done = await ann.press(button, on=question)
    saved = await ann.fill(on=done, notes="a text of mine") if button == "Edit again" else done

    assert beside != question.message.id
    assert (kept, live) == (words, offered)
    assert "`: a text of mine" in saved.text
    assert saved.message.id == question.message.id


async def test_once_the_server_is_gone_the_question_goes_and_the_typed_text_stays(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann, mine="a text of mine")
    world.survival.owner_id = 2

    seen = await ann.press("Save mine", on=question)

    assert "knows no such server of yours" in seen.text
    assert "> a text of mine" in seen.text
    assert seen.message.id == question.message.id
    assert list(seen.buttons) == ["My servers"]


async def test_the_choice_says_no_more_once_the_allocation_is_gone(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await conflict(stage, ann)
    row = world.state.allocations[2]
    row.server_id = None
    row.notes = None

    seen = await ann.press("Save mine")

    assert "That port is no longer there" in seen.text
    assert "> mine" in seen.text
    assert "1 of 5 ports used" in seen.text
    assert seen.message.id == question.message.id
    assert not set(CHOICE) & set(seen.buttons)
    assert row.notes is None


@pytest.mark.parametrize("stage", [Flavour.PELICAN], indirect=True, ids=str)
async def test_on_pelican_255_characters_each_are_shown_whole_and_can_be_edited_again(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    words = (await conflict(stage, ann, mine="m" * 255, theirs="t" * 255)).text
    form = await ann.press("Edit again")
    shown = field(form.form)
    await ann.fill(on=form, notes="m" * 254)

    assert f"> {'t' * 255}\n" in words
    assert f"> {'m' * 255}" in words
    assert (shown["value"], shown["max_length"]) == ("m" * 255, 255)
    assert world.state.allocations[2].notes == "m" * 254


async def test_a_text_edited_again_is_held_to_what_the_panel_keeps(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await conflict(stage, ann)

    form = await ann.press("Edit again")

    assert field(form.form)["max_length"] == 191
