"""Notes that somebody else wrote while a form was open are never undone unseen: both are shown, the person chooses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.demo.panel import Flavour, Maintenance
from bot.demo.people import Person, Seen
from tests.e2e.test_notes import field, unread
from tests.names import buttons_on, unnamed
from tests.stage import Stage
from tests.world import World

SERVER = "/servers/5e000001"
READ_AND_WRITE = [f"GET {SERVER}", f"POST {SERVER}/network/allocations/2"]
CHOICE = ["Save mine", "Keep theirs", "Edit again"]
on_every_panel = pytest.mark.parametrize("stage", list(Flavour), indirect=True, ids=str)


async def form_by_button(person: Person) -> Seen:
    """Open the notes form from the allocation's own page."""
    await person.run("allocations list", server="Survival")
    await person.choose("203.0.113.7:25566")
    return await person.press("Edit notes")


async def form_by_command(person: Person) -> Seen:
    """Open the notes form with the command."""
    return await person.run("allocations notes", server="Survival", allocation="25566")


async def conflict(stage: Stage, person: Person, *, mine: str = "mine", theirs: str = "theirs") -> Seen:
    """Return the question that is asked when the panel's page was used while the form was open."""
    form = await form_by_button(person)
    stage.panel.state.allocations[2].notes = theirs
    return await person.fill(on=form, notes=mine)


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
