"""What somebody typed into a command is not lost with a refusal: it stands in the answer to copy. A key never."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.trouble import TroubledStage
from tests.e2e.typed_back.troubles import GIVEN_BACK, TYPED, YOURS, Trouble, in_maintenance, revoked, suspended, taken
from tests.world import SURVIVAL, World

IN_OPTIONS: dict[str, dict[str, str]] = {
    "allocations create": {"notes": TYPED},
    "allocations notes": {"allocation": "25566", "text": TYPED},
    "allocations address": {"name": "play.example.org"},
}
"""The commands with a text of their own as their last option."""


def given_back(command: str) -> str:
    """Return how the text of such a command is given back."""
    return f"{YOURS}\n> play.example.org" if command == "allocations address" else GIVEN_BACK


@pytest.mark.parametrize("trouble", [in_maintenance, revoked, taken])
@pytest.mark.parametrize("command", IN_OPTIONS)
async def test_what_was_typed_into_a_command_stands_in_its_refusal(
    stage: TroubledStage, world: World, ann: Person, command: str, trouble: Trouble
) -> None:
    trouble(stage, world)

    seen = await ann.run(command, server=SURVIVAL, **IN_OPTIONS[command])

    assert "❌" in seen.text
    assert seen.text.count(given_back(command)) == 1
    assert stage.changes == []


@pytest.mark.parametrize("command", IN_OPTIONS)
async def test_what_was_typed_into_a_command_waits_for_the_link(stage: TroubledStage, command: str) -> None:
    cid = stage.person("cid")

    seen = await cid.run(command, server=SURVIVAL, **IN_OPTIONS[command])

    assert "link your account" in seen.text
    assert seen.text.endswith(given_back(command))


@pytest.mark.parametrize("command", IN_OPTIONS)
async def test_a_key_that_was_typed_into_a_command_is_not_given_back(
    stage: TroubledStage, world: World, ann: Person, command: str
) -> None:
    in_maintenance(stage, world)
    *others, (own, _) = IN_OPTIONS[command].items()

    seen = await ann.run(command, server=SURVIVAL, **dict(others), **{own: world.dan})

    assert "❌" in seen.text
    assert world.dan[9:] not in seen.text
    assert "as you typed it" not in seen.text


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("allocations create", {"server": "Survvival", "notes": TYPED}),
        ("allocations notes", {"server": "Survvival", "allocation": "203.0.113.7:25566", "text": TYPED}),
        ("allocations notes", {"server": SURVIVAL, "allocation": "25566", "text": TYPED}),
    ],
    ids=["create, another server", "notes, another server", "notes, a port on two addresses"],
)
async def test_notes_of_a_command_whose_server_or_port_was_chosen_afterwards_are_given_back_too(
    stage: TroubledStage, world: World, ann: Person, command: str, options: dict[str, str]
) -> None:
    world.state.add_allocation("203.0.113.50", 25566).server_id = world.survival.id
    picker = await ann.run(command, **options)
    suspended(stage, world)

    way_on = next(iter(picker.buttons))
    seen = await (ann.choose("203.0.113.7:25566") if picker.options else ann.press(way_on))

    assert "❌" in seen.text
    assert GIVEN_BACK in seen.text
    assert seen.text.count("as you typed it") == 1
    assert seen.message.id == picker.message.id
    assert {"Show allocations", "Refresh"} & set(seen.buttons)
