"""A creation with notes as the primary has three steps: each is told as it came out, and typed notes are not lost."""

from __future__ import annotations

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.lost_answers.changes import ROWS
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World


async def create_in_three_steps(ann: Person) -> Seen:
    """Create an allocation with notes, as the primary."""
    return await ann.run("allocations create", server="Survival", notes="atlas", primary=True)


async def test_all_three_steps_are_told_when_they_happened(stage: TroubledStage, ann: Person, world: World) -> None:
    seen = await create_in_three_steps(ann)

    assert "✅ Added" in seen.text
    assert "✅ Noted it: atlas" in seen.text
    assert "✅ Made it the primary." in seen.text
    new = world.state.allocations_of(world.survival)[-1]
    assert (new.notes, world.survival.primary_id) == ("atlas", new.id)


async def test_refused_notes_do_not_hide_that_the_rest_happened(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    body = '{"errors":[{"code":"ValidationException","status":"422","detail":"The notes must be a string."}]}'
    stage.panel.faults.answer(422, body, method="POST", path=f"{ROWS}/*")

    seen = await create_in_three_steps(ann)

    assert "✅ Added" in seen.text
    assert "❌ The notes were not changed. {panel} did not accept these notes" in unnamed(seen.text)
    assert "The notes must be a string" in seen.text
    assert "✅ Made it the primary." in seen.text
    assert world.state.allocations_of(world.survival)[-1].notes is None


async def test_notes_that_a_step_did_not_write_are_given_back(stage: TroubledStage, ann: Person) -> None:
    stage.panel.faults.answer(500, "{}", method="POST", path=f"{ROWS}/*")

    seen = await create_in_three_steps(ann)
    text = seen.text
    await stage.env.advance_time(6)

    assert "✅ Added" in text
    assert text.count("**Yours, as you typed it**\n> atlas") == 1


async def test_notes_that_a_step_did_not_write_are_given_back_where_the_new_primary_does_not_remain_it(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    stage.panel.faults.answer(500, "{}", method="POST", path=f"{ROWS}/*")
    await create_in_three_steps(ann)
    world.survival.primary_id = 1

    await stage.env.advance_time(6)
    corrected = ann.saw(ann.seen.result).text

    assert "did not remain the primary" in corrected
    assert corrected.count("**Yours, as you typed it**\n> atlas") == 1


@pytest.mark.parametrize("applied", [True, False])
async def test_notes_of_a_port_that_does_not_stay_are_given_back_and_of_one_that_does_are_not(
    stage: TroubledStage, ann: Person, world: World, applied: bool
) -> None:
    shown = (await create_in_three_steps(ann)).text
    if applied:
        world.survival.primary_id = 1
    else:
        world.state.release(world.state.allocations_of(world.survival)[-1])

    await stage.env.advance_time(6)
    corrected = ann.saw(ann.seen.result).text

    assert "as you typed it" not in shown
    assert "did not" in corrected
    assert ("**Yours, as you typed it**\n> atlas" in corrected) is not applied


async def test_a_refused_promotion_does_not_hide_that_the_rest_happened(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    body = '{"errors":[{"code":"AccessDeniedHttpException","status":"403","detail":"This action is unauthorized."}]}'
    stage.panel.faults.answer(403, body, method="POST", path=f"{ROWS}/*/primary")

    seen = await create_in_three_steps(ann)

    assert "✅ Added" in seen.text
    assert "✅ Noted it: atlas" in seen.text
    assert "❌ The primary was not changed. You lack a permission on this server" in seen.text
    assert "`allocation.update`" in seen.text
    assert world.survival.primary_id == 1


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize(("step", "path"), [("notes", f"{ROWS}/*"), ("primary", f"{ROWS}/*/primary")])
async def test_a_step_whose_answer_was_lost_is_settled_by_the_read_back(
    stage: TroubledStage, ann: Person, step: str, path: str, applied: bool
) -> None:
    faults = stage.panel.faults
    # The pattern for notes would fit the promotion too, but the notes come first and use the fault up.
    (faults.reset_after if applied else faults.reset_before)(method="POST", path=path)

    seen = await create_in_three_steps(ann)

    assert "✅ Added" in seen.text
    done, unknown = {
        "notes": ("✅ Noted it: atlas", "❔ I do not know whether the notes were saved."),
        "primary": ("✅ Made it the primary.", "❔ I do not know whether the primary was changed."),
    }[step]
    assert (done in seen.text) is applied
    assert (unknown in seen.text) is not applied
    assert len(stage.changes) == 3


async def test_a_lost_creation_leaves_its_other_steps_out_and_says_so(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST", path=ROWS)

    seen = await create_in_three_steps(ann)

    assert "✅ Added" in seen.text
    assert "❌ The notes were not changed. I did not go on to that" in seen.text
    assert seen.text.count("Choose the port in the list") == 2  # once for each of the two
    assert "❌ The primary was not changed. I did not go on to that" in seen.text
    assert len(stage.changes) == 1
    assert world.survival.primary_id == 1


async def test_steps_that_could_not_be_read_back_are_told_as_the_panel_answered_them_without_an_old_list(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    stage.panel.faults.hold(method="GET").release()  # the read before the change still works
    stage.panel.faults.html_bad_gateway(method="GET", times=None)

    seen = await create_in_three_steps(ann)

    assert "✅ Added" in seen.text
    text = unnamed(seen.text)
    assert "{panel} confirmed it, but I could not read it back (the web server in front of {panel} failed)" in unnamed(
        text
    )
    assert "✅ Noted it: atlas" in seen.text
    assert len(stage.changes) == 3


async def test_notes_with_invisible_ends_are_told_as_done(stage: TroubledStage, ann: Person, world: World) -> None:
    seen = await ann.run("allocations create", server="Survival", notes="\u200bmap\ufeff")

    assert "✅ Noted it: map" in seen.text
    assert world.state.allocations_of(world.survival)[-1].notes == "map"
