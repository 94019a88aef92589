"""After a lost answer the bot reads back and says what is true now; a change is never sent a second time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import unnamed
from tests.stage import check_no_bug
from tests.world import World


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which answers can be late; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened
    check_no_bug(opened, caplog)


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Ann, in front of the list of Survival's allocations."""
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server=world.survival.identifier)
    stage.watch_requests()
    return ann


ROWS = "*/network/allocations"
CHANGES: dict[str, tuple[str, Callable[[Person], Awaitable[Seen]], str]] = {
    "create": ("POST", lambda who: who.press("Add port"), "a port was added"),
    "notes": (
        "POST",
        lambda who: who.run("allocations notes", server="Survival", allocation="25566", text="map"),
        "the notes were saved",
    ),
    "primary": (
        "POST",
        lambda who: who.run("allocations primary", server="Survival", allocation="25566"),
        "the primary was changed",
    ),
    "delete": ("DELETE", lambda who: who.press("Remove 203.0.113.7:25566"), "the port was removed"),
}


async def before_the_press(ann: Person, change: str) -> None:
    """Bring the question about the deletion up, where the change is one."""
    if change == "delete":
        await ann.run("allocations delete", server="Survival", allocation="25566")


# -------------------------------------------------------------------------------------------------- not known


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("change", CHANGES)
async def test_when_nothing_can_be_read_back_the_bot_says_that_it_does_not_know(
    stage: TroubledStage, ann: Person, change: str, applied: bool
) -> None:
    verb, do, what = CHANGES[change]
    await before_the_press(ann, change)
    faults = stage.panel.faults
    (faults.reset_after if applied else faults.reset_before)(method=verb)
    faults.hold(method="GET").release()  # the read before the change still works
    faults.html_bad_gateway(method="GET", times=None)

    seen = await stage.looked(await do(ann), ann)

    assert f"❔ I do not know whether {what}" in seen.text
    assert "I could not find out what the server has now" in seen.text
    assert "I did not repeat the change" in seen.text
    assert "✅" not in seen.text
    assert len(stage.changes) == 1


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("change", CHANGES)
async def test_after_a_restart_nothing_is_claimed_that_was_not_seen(
    stage: TroubledStage, ann: Person, world: World, change: str, applied: bool
) -> None:
    verb, do, _ = CHANGES[change]
    await before_the_press(ann, change)
    await stage.restart()
    stage.watch_requests()
    faults = stage.panel.faults
    (faults.reset_after if applied else faults.reset_before)(method=verb)

    seen = await stage.looked(await do(ann), ann)

    assert ("✅" in seen.text) is applied
    assert ("❔ I do not know whether" in seen.text) is not applied
    assert "Below is what {panel} holds now" in unnamed(seen.text) or applied
    assert len(stage.changes) == 1


async def test_without_permission_to_read_a_lost_creation_stays_unknown(stage: TroubledStage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)
    stage.panel.faults.reset_after(method="POST")

    seen = await stage.looked(await cid.run("allocations create", server="Survival"), cid)

    assert "❔ I do not know whether a port was added" in seen.text
    assert "I could not find out what the server has now" in seen.text
    assert len(stage.changes) == 1


# ---------------------------------------------------------------------------------------- going on afterwards


@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_not_done_can_be_tried_again_by_the_person(
    stage: TroubledStage, ann: Person, change: str
) -> None:
    verb, do, _ = CHANGES[change]
    await before_the_press(ann, change)
    stage.panel.faults.reset_before(method=verb)

    first = (await stage.looked(await do(ann), ann)).text
    await before_the_press(ann, change)
    again = (await do(ann)).text

    assert "❔" in first
    assert "✅" in again
    assert len(stage.changes) == 2


async def test_the_list_under_the_outcome_is_the_one_that_was_read_back(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    stage.panel.faults.reset_after(method="POST")
    world.state.allocations[2].notes = "changed on the panel meanwhile"

    seen = await ann.press("Add port")

    assert "changed on the panel meanwhile" in seen.text
    assert f"GET /servers/{world.survival.identifier}/network/allocations" in stage.asked[2:]


# ------------------------------------------------------------------------------------------ a yes that is a no


async def test_a_creation_that_did_not_hold_is_noticed(stage: TroubledStage, ann: Person, world: World) -> None:
    stage.panel.faults.lies(method="POST")

    seen = await ann.press("Add port")

    assert "❌ No port was added. {panel} said yes, but when I read it back the change was not there" in unnamed(
        seen.text
    )
    assert "2 of 5 ports used" in seen.text
    assert len(world.state.allocations_of(world.survival)) == 2
    assert len(stage.changes) == 1


async def test_a_promotion_that_did_not_hold_is_noticed(stage: TroubledStage, ann: Person, world: World) -> None:
    stage.panel.faults.lies(method="POST")

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert "❌ The primary was not changed. {panel} said yes, but" in unnamed(seen.text)
    assert "⭐ `play.example.com:25565`" in seen.text
    assert world.survival.primary_id == 1
    assert len(stage.changes) == 1


@pytest.mark.parametrize(
    ("step", "path", "told"),
    [
        ("notes", f"{ROWS}/*", "❌ The notes were not changed, although"),
        ("primary", f"{ROWS}/*/primary", "❌ The primary was not changed, although"),
    ],
)
async def test_a_step_of_a_creation_that_did_not_hold_is_noticed(
    stage: TroubledStage, ann: Person, step: str, path: str, told: str
) -> None:
    stage.panel.faults.lies(method="POST", path=path)

    seen = await ann.run(
        "allocations create", server="Survival", **({"notes": "map"} if step == "notes" else {"primary": True})
    )

    assert "✅ Added" in seen.text
    assert told in seen.text
    assert len(stage.changes) == 2


# ---------------------------------------------------------------------------------- a creation in three steps


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


# -------------------------------------------------------------------------------------------- dangling primary


async def test_a_server_whose_primary_is_not_its_own_shows_a_warning_and_can_be_healed(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.release(world.state.allocations[1])

    warned = (await ann.press("Refresh")).text
    healed = (await ann.run("allocations primary", server="Survival", allocation="25566")).text

    assert "⚠️ No port is the primary" in warned
    assert "✅ Made primary `203.0.113.7:25566`" in healed
    assert "No port is the primary" not in healed


async def test_a_creation_after_which_no_allocation_is_the_primary_says_so(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.release(world.state.allocations[1])

    seen = await ann.press("Add port")

    assert "✅ Added" in seen.text
    assert "⚠️ No port is the primary" in seen.text
