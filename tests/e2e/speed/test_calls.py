"""One Discord call when the panel is quick; a defer and an edit when it is not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.people import Seen
from tests.e2e.scenes import SCENES, furnish, words_of
from tests.e2e.speed.discord_calls import (
    CALLBACK,
    DEFER_MESSAGE,
    EDIT,
    FOLLOW_UP,
    MESSAGE,
    MESSAGE_EDIT,
    SEVERAL,
    calls,
    kind,
)
from tests.stage import Stage
from tests.world import World

COMMANDS: dict[str, dict[str, Any]] = {
    "servers": {},
    "allocations list": {"server": "5e000001"},
    "allocations find": {"text": "25566"},
    "allocations create": {"server": "5e000001", "notes": "x", "primary": True},
    "allocations notes": {"server": "5e000001", "allocation": "25566", "text": "x"},
    "allocations primary": {"server": "5e000001", "allocation": "25566"},
    "allocations delete": {"server": "5e000001", "allocation": "25566"},
}
WITHOUT_PANEL: dict[str, dict[str, Any]] = {"link": {}, "account": {}, "unlink": {}, "help": {}}
FORMS = {"link.open", "alloc.notes", "notes.edit", "pick.form", "named.form", "again.form", "find.form", "join.form"}
NO_PANEL = {
    "link.open",
    "account.show",
    "account.export",
    "account.names",
    "unlink.ask",
    "unlink.confirm",
    "history.list",
    "named.history",
    "pasted.keep",
    "left.gone",
}
ASKING = sorted(set(SCENES) - NO_PANEL - FORMS - SEVERAL)
SLOWLY = {"alloc.copy": [EDIT, FOLLOW_UP], "swap.start": [EDIT, EDIT]}
"""What follows on a slow panel where that is more than one edit: words are taken off a picture beside which is
answered, and a swap tells of its progress."""
AFTERWARDS = {"share.post": [EDIT], "several.go": [EDIT, EDIT]}
"""What follows: of a public answer, the question that was answered is taken back; of two ports, each is told."""


async def test_a_quick_panel_gives_one_single_discord_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    before = len(stage.env.http_requests)

    await ann.run("allocations list", server="Survival")

    found = stage.calls(before)
    assert len(found) == 1
    assert found[0].endswith("/callback")


@pytest.mark.parametrize("command", [*COMMANDS, *WITHOUT_PANEL])
async def test_every_command_is_one_single_call_when_the_panel_is_quick(
    stage: Stage, world: World, command: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    before = len(stage.env.http_requests)

    await ann.run(command, **(COMMANDS | WITHOUT_PANEL)[command])

    assert calls(stage, before) == [CALLBACK]


@pytest.mark.parametrize("verb", SCENES)
async def test_every_component_and_form_is_one_single_call_when_the_panel_is_quick(
    stage: Stage, world: World, verb: str
) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    seen = await SCENES[verb].way(stage, ann)
    before = len(stage.env.http_requests)

    await SCENES[verb].play(ann, seen)

    assert calls(stage, before) == [CALLBACK, *AFTERWARDS.get(verb, [])]


async def test_a_slow_panel_is_said_to_be_asked_at_one_and_a_half_seconds_and_then_comes_an_edit(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    async with stage.slow_panel():
        waiting = await ann.run("allocations list", server=world.survival.identifier)
        assert not waiting.result.acknowledged
        await stage.env.advance_time(1.4)
        assert not waiting.result.acknowledged
        await stage.env.advance_time(0.2)
        seen = ann.saw(waiting.result)
        assert seen.text.startswith(f"⏳ I am asking {stage.bot.site.name}… (asked <t:")
        assert seen.ephemeral

    assert "2 of 5 ports used" in ann.saw(waiting.result).text


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_says_privately_whom_it_asks_and_edits_when_the_panel_is_slow(
    stage: Stage, world: World, command: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        waiting = await ann.run(command, **COMMANDS[command])
        await stage.env.advance_time(1.4)
        early = calls(stage, before)
        await stage.env.advance_time(0.2)

    assert early == []
    assert calls(stage, before) == [CALLBACK, EDIT]
    assert kind(stage, before) == MESSAGE
    seen = ann.saw(waiting.result)
    assert seen.ephemeral
    assert "❌" not in seen.text


@pytest.mark.parametrize("verb", ASKING)
async def test_every_component_and_form_says_whom_it_asks_and_edits_when_the_panel_is_slow(
    stage: Stage, world: World, verb: str
) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    scene = SCENES[verb]
    seen = await scene.way(stage, ann)
    on_message = seen.answered or seen.result._interaction.source_message_id is not None
    if scene.forgotten is None:
        await stage.restart()
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        waiting = await scene.play(ann, seen)
        await stage.env.advance_time(1.4)
        early = calls(stage, before)
        await stage.env.advance_time(0.2)

    assert early == []
    assert calls(stage, before) == [CALLBACK, *SLOWLY.get(verb, [EDIT])]
    in_place = MESSAGE_EDIT if on_message else MESSAGE
    assert kind(stage, before) == (DEFER_MESSAGE if verb == "share.post" else in_place)
    assert scene.shows in words_of(ann.saw(waiting.result))


@pytest.mark.parametrize("verb", sorted(NO_PANEL))
async def test_what_needs_no_panel_does_not_wait_for_it(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    seen = await SCENES[verb].way(stage, ann)
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        answer = await SCENES[verb].play(ann, seen)
        words = words_of(answer)

    assert SCENES[verb].shows in words
    assert calls(stage, before) == [CALLBACK]


async def test_a_form_never_defers_and_opens_in_time(stage: Stage, world: World) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    seen = await SCENES["alloc.notes"].way(stage, ann)
    await stage.restart()
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        waiting: Seen = await ann.press("Edit notes", on=seen)
        await stage.env.advance_time(1.6)
        early = calls(stage, before)
        await stage.env.advance_time(0.4)
        opened = waiting.result.modal

    assert early == []
    assert opened is not None
    assert calls(stage, before) == [CALLBACK]


async def test_an_error_after_a_defer_of_a_command_takes_the_place_of_the_waiting_message(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        waiting = await ann.run("allocations create", server="Creative")
        await stage.env.advance_time(2)

    assert calls(stage, before) == [CALLBACK, EDIT]
    seen = ann.saw(waiting.result)
    assert "The allocation limit is reached" in seen.text
    assert seen.ephemeral


async def test_an_error_of_a_slow_press_is_put_on_the_message_as_it_is_now(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    world.survival.limit = 2
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        waiting = await ann.press("Add port")
        await stage.env.advance_time(2)

    seen = ann.saw(waiting.result)
    assert calls(stage, before) == [CALLBACK, EDIT]
    assert "The allocation limit is reached" in seen.text
    assert "2 of 2 ports used" in seen.text
    assert seen.ephemeral
    assert seen.message.id == panel.message.id
    assert not seen.waiting


async def test_an_error_that_comes_quickly_is_one_single_call_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.survival.limit = 2
    before = len(stage.env.http_requests)

    await ann.press("Add port")

    assert calls(stage, before) == [CALLBACK]


async def test_waiting_for_ones_turn_defers_as_well(stage: Stage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.create"]
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)

    async with stage.slow_panel():
        await ann.run("allocations create", server="Survival")
        second = await bob.run("allocations create", server="Survival")
        await stage.env.advance_time(1.6)
        waiting = bob.saw(second.result).waiting

    assert waiting.startswith("⏳ I am asking ")
    assert "✅ Added" in bob.saw(second.result).text
