"""What somebody typed into a form is not lost with a refusal: it stands in the answer, ready to copy. A key never."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.demo.panel.faults import Fault, Faults
from bot.demo.people import Person, Seen
from bot.front.work import PER_WINDOW
from tests.e2e.notes.forms import unread
from tests.e2e.trouble import TroubledStage
from tests.e2e.typed_back.troubles import GIVEN_BACK, TROUBLES, TYPED, Trouble, in_maintenance, taken
from tests.world import SURVIVAL, World

Way = Callable[[TroubledStage, Person], Awaitable[Seen]]


async def by_command(stage: TroubledStage, ann: Person) -> Seen:
    """Open the form by the command."""
    return await ann.run("allocations notes", server=SURVIVAL, allocation="25566")


async def by_button(stage: TroubledStage, ann: Person) -> Seen:
    """Open the form on the port's own page."""
    await ann.run("allocations list", server=SURVIVAL)
    await ann.choose("203.0.113.7:25566")
    return await ann.press("Edit notes")


async def too_soon(stage: TroubledStage, ann: Person) -> Seen:
    """Open the form by the command on a panel that does not tell in time which port is meant."""
    opened = await unread(stage, ann.run("allocations notes", server=SURVIVAL, allocation="25566"), ann)
    assert "notes.typed" in str(opened.form["custom_id"])
    return opened


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("way", [by_command, by_button, too_soon])
async def test_notes_that_could_not_be_saved_stand_in_the_answer(
    stage: TroubledStage, world: World, ann: Person, way: Way, trouble: Trouble
) -> None:
    world.state.allocations[2].notes = None
    form = await way(stage, ann)
    trouble(stage, world)

    seen = await ann.fill(on=form, notes=TYPED)

    assert "❌" in seen.text
    assert GIVEN_BACK in seen.text
    assert seen.text.count("as you typed it") == 1
    assert seen.ephemeral
    assert world.state.allocations[2].notes is None


@pytest.mark.parametrize("way", [by_command, too_soon])
async def test_notes_typed_by_somebody_who_is_no_longer_linked_stand_below_how_to_link(
    stage: TroubledStage, world: World, ann: Person, way: Way
) -> None:
    form = await way(stage, ann)
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    seen = await ann.fill(on=form, notes=TYPED)

    assert "link your account" in seen.text
    assert seen.text.endswith(GIVEN_BACK)


async def test_notes_for_a_port_that_was_chosen_afterwards_are_given_back_too(
    stage: TroubledStage, world: World, ann: Person
) -> None:
    world.state.allocations[2].notes = None
    form = await too_soon(stage, ann)
    world.state.add_allocation("203.0.113.50", 25566).server_id = world.survival.id
    await ann.fill(on=form, notes=TYPED)
    in_maintenance(stage, world)

    seen = await ann.choose("203.0.113.7:25566")

    assert "is in maintenance" in seen.text
    assert GIVEN_BACK in seen.text


FAULTS: dict[str, Callable[[Faults], Fault]] = {
    "the answer is lost": lambda faults: faults.reset_before(method="POST", times=None),
    "the panel fails": lambda faults: faults.answer(500, "{}", method="POST", times=None),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("way", [by_command, by_button, too_soon])
async def test_notes_that_the_panel_did_not_take_or_nobody_knows_of_stand_below_what_became_of_them(
    stage: TroubledStage, world: World, ann: Person, way: Way, fault: str
) -> None:
    world.state.allocations[2].notes = None
    form = await way(stage, ann)
    FAULTS[fault](stage.panel.faults)

    seen = await stage.looked_long(await ann.fill(on=form, notes=TYPED), ann)

    assert "✅" not in seen.text
    assert GIVEN_BACK in seen.text


async def test_notes_that_were_saved_are_not_told_twice(stage: TroubledStage, world: World, ann: Person) -> None:
    world.state.allocations[2].notes = None

    seen = await ann.fill(on=await by_command(stage, ann), notes=TYPED)

    assert "✅ Noted" in seen.text
    assert "as you typed it" not in seen.text


async def test_a_form_of_somebody_who_did_too_much_is_given_back(stage: TroubledStage, ann: Person) -> None:
    form = await by_command(stage, ann)
    for _ in range(PER_WINDOW):
        await ann.run("help")

    seen = await ann.fill(on=form, notes=TYPED)

    assert "❌ One moment, please" in seen.text
    assert GIVEN_BACK in seen.text
    assert stage.changes == []


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("allocations notes", {"allocation": "25566", "text": TYPED}),
        ("allocations create", {"notes": TYPED}),
    ],
)
async def test_the_text_of_a_command_that_was_refused_is_given_back(
    stage: TroubledStage, world: World, ann: Person, command: str, options: dict[str, str]
) -> None:
    in_maintenance(stage, world)

    seen = await ann.run(command, server=SURVIVAL, **options)

    assert "is in maintenance" in seen.text
    assert seen.text.count(GIVEN_BACK) == 1


async def test_the_text_of_a_command_of_somebody_who_did_too_much_is_given_back(
    stage: TroubledStage, ann: Person
) -> None:
    for _ in range(PER_WINDOW):
        await ann.run("help")

    seen = await ann.run("allocations notes", server=SURVIVAL, allocation="25566", text=TYPED)

    assert "❌ One moment, please" in seen.text
    assert GIVEN_BACK in seen.text


async def test_a_form_that_comes_too_late_is_given_back(stage: TroubledStage, ann: Person) -> None:
    form = await by_command(stage, ann)
    stage.bot.punctual.late = lambda made, *, at: 4.0  # type: ignore[method-assign] # a network that held it up

    seen = await ann.fill(on=form, notes=TYPED)

    assert "❌ This reached me too late" in seen.text
    assert GIVEN_BACK in seen.text
    assert stage.changes == []


@pytest.mark.parametrize("trouble", [in_maintenance, taken])
async def test_the_lines_for_several_ports_are_given_back_in_full(
    stage: TroubledStage, world: World, ann: Person, trouble: Trouble
) -> None:
    await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Add several…")
    form = await ann.choose("Other")
    lines = [f"line {number} {'of many words ' * 9}".strip() for number in range(6)]
    trouble(stage, world)

    seen = await ann.fill(on=form, lines="\n".join(lines))

    assert "❌" in seen.text
    assert [line for line in lines if f"> {line}" not in seen.text] == []


async def test_more_lines_than_ports_may_be_named_are_all_given_back(stage: TroubledStage, ann: Person) -> None:
    await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Add several…")
    form = await ann.choose("Other")
    lines = [f"**{number}** [x](https://x.example) {'*' * 170}" for number in range(11)]

    seen = await ann.fill(on=form, lines="\n".join(lines))

    assert "Those are too many ports at once" in seen.text
    assert [line for line in lines if line not in seen.text] == []
    assert "```" in seen.text


async def test_a_name_that_was_not_taken_is_given_back(stage: TroubledStage, world: World, ann: Person) -> None:
    await ann.run("allocations address", server=SURVIVAL)
    form = await ann.press("Give a name…")
    in_maintenance(stage, world)

    seen = await ann.fill(on=form, name="play.example.org")

    assert "is in maintenance" in seen.text
    assert "**Yours, as you typed it**\n> play.example.org" in seen.text


@pytest.mark.parametrize("hidden", ["", "\u200b", "\u00ad"])
async def test_a_key_that_was_typed_is_never_given_back(
    stage: TroubledStage, world: World, ann: Person, hidden: str
) -> None:
    await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Add several…")
    form = await ann.choose("Other")
    key = world.dan[:9] + hidden + world.dan[9:]
    in_maintenance(stage, world)

    seen = await ann.fill(on=form, lines=f"lobby\nkey {key}")

    assert "is in maintenance" in seen.text
    assert world.dan[9:] not in seen.text
    assert "as you typed it" not in seen.text


async def test_the_key_of_the_form_for_linking_is_never_given_back(
    stage: TroubledStage, world: World, ann: Person
) -> None:
    form = await ann.run("link")
    in_maintenance(stage, world)

    seen = await ann.fill(on=form, key=world.dan)

    assert world.dan[9:] not in seen.text
    assert "as you typed it" not in seen.text
