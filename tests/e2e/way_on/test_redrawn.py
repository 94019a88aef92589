"""An error on a server's message: the list as it is now, with what went wrong on top."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.way_on.messages import a_list, a_port, messages
from tests.names import buttons_on
from tests.stage import Stage
from tests.world import World


def _deleted(world: World) -> None:
    world.state.release(world.state.allocations[2])


def _made_primary(world: World) -> None:
    world.survival.primary_id = 2


def _filled_up(world: World) -> None:
    world.survival.limit = 2


@dataclass(frozen=True)
class Case:
    """A press on the panel message, what happened on the panel just before, and what is to be seen then."""

    way: Callable[[Stage, Person], Awaitable[Seen]]
    use: Callable[[Person, Seen], Awaitable[Seen]]
    meanwhile: Callable[[World], None]
    error: str
    now: str
    gone: str


CASES = {
    "choosing one that is gone": Case(
        a_list,
        lambda who, on: who.choose("2", on=on),
        _deleted,
        "That port is no longer there",
        "1 of 5",
        ":25566`",
    ),
    "editing the notes of one that is gone": Case(
        a_port, lambda who, on: who.press("Edit notes", on=on), _deleted, "no longer there", "1 of 5", "voice lobby"
    ),
    "making one primary that is gone": Case(
        a_port, lambda who, on: who.press("Make primary", on=on), _deleted, "no longer there", "1 of 5", "voice lobby"
    ),
    "deleting one that became the primary": Case(
        a_port,
        lambda who, on: who.press("Remove…", on=on),
        _made_primary,
        "The primary cannot be removed",
        "⭐ `203.0.113.7:25566` **Primary**",
        "▫️ `203.0.113.7:25566`",
    ),
    "adding over the limit": Case(
        a_list,
        lambda who, on: who.press("Add port", on=on),
        _filled_up,
        "The allocation limit is reached",
        "2 of 2",
        "of 5",
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_an_error_pressed_from_the_panel_message_redraws_it_as_it_is_now(
    stage: Stage, world: World, name: str
) -> None:
    case = CASES[name]
    ann = await stage.linked("ann", world.ann)
    panel = await case.way(stage, ann)
    before = set(panel.wire_values)
    case.meanwhile(world)

    seen = await case.use(ann, panel)

    first = (seen.embed.description or "").splitlines()[0]
    assert seen.message.id == panel.message.id
    assert messages(stage, ann).count(seen.message.id) == 1
    assert first.startswith("❌ **")
    assert case.error in first
    assert "**What to do**: " in seen.text
    assert case.now in seen.text
    assert case.gone not in seen.text
    assert not before & set(seen.wire_values)
    assert stage.changes == []


async def test_notes_that_could_not_be_saved_can_still_be_read(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_port(stage, ann)
    form = await ann.press("Edit notes")
    _deleted(world)

    seen = await ann.fill(on=form, notes="the web map")

    assert seen.message.id == panel.message.id
    assert "no longer there" in seen.text
    assert "> the web map" in seen.text
    assert "1 of 5" in seen.text


async def test_a_key_entered_as_notes_is_not_shown_again_and_comes_with_the_page_to_delete_it(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await a_port(stage, ann)
    form = await ann.press("Edit notes")

    seen = await ann.fill(on=form, notes=f"key {world.dan}")

    assert seen.message.id == panel.message.id
    assert "That looks like an API key" in seen.text
    assert world.dan not in seen.text
    assert "voice lobby" in seen.text
    assert {"See your keys on {panel}", "I have my key", "Edit notes"} <= set(buttons_on(seen))
