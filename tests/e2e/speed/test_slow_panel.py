"""A slow panel: people are told that it is being asked, and the picture that was there is never lost for that."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.people import Person, Seen
from bot.store.database import Database
from tests.e2e.speed.discord_calls import CALLBACK, EDIT, FOLLOW_UP, calls
from tests.stage import Stage
from tests.world import World

LONG = 1.7
"""Seconds after which a slow answer is said to be awaited."""


async def _panel(stage: Stage, world: World) -> tuple[Person, Seen]:
    ann = await stage.linked("ann", world.ann)
    return ann, await ann.run("allocations list", server="Survival")


async def test_a_command_says_that_the_panel_is_being_asked_and_since_when(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        running = await ann.run("allocations list", server="5e000001")
        await stage.env.advance_time(LONG)
        waiting = ann.saw(running.result)
        said, private = waiting.text, waiting.ephemeral

    seen = ann.saw(running.result)
    assert said.startswith(f"⏳ I am asking {stage.bot.site.name}… (asked <t:")
    assert private
    assert "2 of 5 ports used" in seen.text
    assert "⏳" not in seen.text
    assert calls(stage, before) == [CALLBACK, EDIT]


async def test_a_press_says_so_over_the_picture_which_keeps_its_text_and_its_buttons(
    stage: Stage, world: World
) -> None:
    ann, panel = await _panel(stage, world)
    words, components = panel.text, panel.components
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        pressed = await ann.press("Refresh")
        await stage.env.advance_time(LONG)
        waiting = ann.saw(pressed.result)
        said, meanwhile, live = waiting.waiting, waiting.text, waiting.components

    seen = ann.saw(pressed.result)
    assert said == f"⏳ I am asking {stage.bot.site.name}…"
    assert (meanwhile, live) == (words, components)
    assert seen.message.id == panel.message.id
    assert "2 of 5 ports used" in seen.text
    assert not seen.waiting
    assert calls(stage, before) == [CALLBACK, EDIT]


async def test_the_words_go_from_the_picture_where_the_answer_is_told_beside_it(stage: Stage, world: World) -> None:
    ann, panel = await _panel(stage, world)
    words = panel.text
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        first = await ann.press("Add port", on=panel)
        await stage.env.advance_time(LONG)
        account = await stage.forge(ann, f"v1:account.export:{ann.id}", on=panel)
    told = ann.saw(first.result)

    assert account.message.id != panel.message.id
    assert "✅ Added" in told.text
    assert not told.waiting
    assert told.message.id == panel.message.id
    assert words != told.text
    assert len(calls(stage, before)) == 3


async def test_an_error_beside_a_picture_takes_the_words_off_it_again(stage: Stage, world: World) -> None:
    ann, panel = await _panel(stage, world)
    form = await _conflict(ann, panel, world)
    words = form.text
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        saved = await ann.press("Save mine", on=form)
        await stage.env.advance_time(LONG)
        said = form.waiting
        world.state.revoke(world.ann)
    told = ann.saw(saved.result)

    assert said
    assert "refused your key" in told.text
    assert told.message.id != form.message.id
    assert form.text == words
    assert not form.waiting
    assert "Save mine" in form.buttons
    assert calls(stage, before) == [CALLBACK, EDIT, FOLLOW_UP]


async def _conflict(ann: Person, panel: Seen, world: World) -> Seen:
    await ann.choose("2", on=panel)
    form = await ann.press("Edit notes")
    world.state.allocations[2].notes = "somebody else's"
    return await ann.fill(on=form, notes="mine")


async def test_words_over_an_old_picture_are_not_put_over_a_newer_one(stage: Stage, world: World) -> None:
    ann, panel = await _panel(stage, world)

    async with stage.slow_panel():
        refreshed = await ann.press("Refresh", on=panel)
        await stage.forge(ann, f"v1:account.show:{ann.id}", on=panel)
        await stage.env.advance_time(LONG)
        text, waiting = panel.text, panel.waiting

    assert "Your link" in text
    assert not waiting
    assert "2 of 5 ports used" in ann.saw(refreshed.result).text


async def test_what_waits_for_something_else_than_the_panel_does_not_claim_to_ask_it(
    stage: Stage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    gate = asyncio.Event()
    row = Database.row

    async def slowly(*arguments: object) -> object:
        await stage.env.external_wait(gate.wait(), reason="the database is slow")
        return await row(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "row", slowly)
    with stage.still_time():
        running = await ann.run("account")
        await stage.env.advance_time(LONG)
        deferred, answered = running.result.deferred, ann.saw(running.result).waiting
    gate.set()
    await stage.env.settle()

    assert deferred
    assert not answered
    assert "Your link" in ann.saw(running.result).text
