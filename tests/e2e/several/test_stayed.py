"""Whether ports added several at once stayed: one look a few seconds after the end corrects message and record."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from tests.e2e.history.recorded import lines
from tests.e2e.several.plans import added, asked, eve_of, notes_of, two_made
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import SURVIVAL, World

READ = f"GET /servers/{SURVIVAL}"


@pytest.fixture
def flavour() -> Flavour:
    """Return a panel without the throttle, unless a test asks for another."""
    return Flavour.PTERODACTYL_1_11


async def three_made(ann: Person) -> Seen:
    """Return what the end of adding three says."""
    await asked(ann, "Voice chat", "Web map", "Query")
    seen = await ann.press("Add 3 ports")
    assert "3 of 3 ports added" in seen.text
    return seen


async def later(stage: TroubledStage, ann: Person, seen: Seen) -> Seen:
    """Let the time of the look pass and return what the message, or one beside it, says then."""
    await stage.env.advance_time(6)
    return ann.saw(seen.result)


def snatched(world: World, *notes: str) -> list[int]:
    """Let the panel give these ports to another server, as it does to two that ask at once; return their numbers."""
    gone = [row for row in added(world) if row.notes in notes]
    for row in gone:
        row.server_id = world.creative.id
    return [row.port for row in gone]


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PTERODACTYL_1_12, Flavour.PELICAN], indirect=True)
async def test_a_port_of_several_that_did_not_stay_is_corrected_in_message_and_record(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    seen = await ann.press("Add 2 ports")
    (gone,) = snatched(world, "voice chat")

    after = await later(stage, ann, seen)
    (stayed,) = (row.port for row in added(world))

    assert after.message.id == seen.message.id
    assert "1 of 2 ports added" in after.text
    assert f"❌ `203.0.113.7:{gone}` · voice chat: did not stay." in after.text
    assert f"✅ `203.0.113.7:{stayed}` · web map" in after.text
    assert "❌ A port did not stay: a few seconds later the server no longer had it." in after.text
    assert f"port={gone}" not in after.text
    assert list(after.buttons) == ["Go on", "Show allocations", "Restart…"]
    assert lines(await ann.run("allocations history")) == [
        f"✅ Added `203.0.113.7:{stayed}` · Survival",
        f"❌ Not added `203.0.113.7:{gone}` · Survival",
    ]


async def test_all_ports_of_a_run_are_looked_at_once_and_not_each(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await three_made(ann)
    before = len(stage.env.http_requests)
    stage.panel.requests.clear()

    after = await later(stage, ann, seen)
    await stage.env.advance_time(60)

    assert stage.asked == [READ]
    assert stage.calls(before) == []
    assert "3 of 3 ports added" in after.text
    assert "did not stay" not in after.text


async def test_go_on_adds_one_in_the_place_of_each_that_did_not_stay_and_no_other(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await three_made(ann)
    snatched(world, "voice chat", "query")
    text = (await later(stage, ann, seen)).text

    again = await ann.press("Go on", on=ann.seen)

    assert "❌ 2 ports did not stay" in text
    assert "1 of 3 ports added" in text
    assert notes_of(world) == ["query", "voice chat", "web map"]
    assert "3 of 3 ports added" in again.text
    assert "Go on" not in again.buttons


async def test_a_stop_is_looked_after_too(stage: TroubledStage, ann: Person, world: World) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    async with stage.slow_panel(lambda request: request.method == "POST"):
        running = await ann.press("Add 2 ports", on=question)
        stopping = await ann.press("Stop", on=running)
    snatched(world, "voice chat")

    after = await later(stage, ann, stopping)

    assert "⏹️ You stopped this; I asked for no more." in after.text
    assert "❌ A port did not stay" in after.text
    assert "0 of 2 ports added" in after.text


async def test_what_was_made_before_the_panel_refused_the_next_is_looked_at(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map", "Query")
    hold = stage.panel.faults.hold(method="POST", path="*/network/allocations/*")
    async with stage.waiting_for("POST"):
        running = await ann.press("Add 3 ports")
        await hold.arrived.wait()
        world.state.auto_allocation = False
        hold.release()
    await stage.env.settle()
    text = ann.saw(running.result).text
    snatched(world, "voice chat")

    after = await later(stage, ann, running)

    assert "❌ **{panel} does not let members add ports" in unnamed(text)
    assert "1 of 3 ports added" in text
    assert "0 of 3 ports added" in after.text
    assert "❌ A port did not stay" in after.text


async def test_the_correction_is_told_beside_a_message_that_was_used_since(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await three_made(ann)
    shown = await ann.press("Show allocations")
    snatched(world, "voice chat")

    beside = await later(stage, ann, seen)

    assert beside.message.id != shown.message.id
    assert beside.ephemeral
    assert "❌ A port did not stay" in beside.text


async def test_a_deletion_through_the_bot_meanwhile_is_no_sign_that_one_did_not_stay(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    eve = await stage.linked("eve", eve_of(world, "allocation.read", "allocation.delete"))
    seen = await three_made(ann)
    port = added(world)[0].port
    await eve.run("allocations delete", server=SURVIVAL, allocation=f"203.0.113.7:{port}")
    await eve.press(f"Remove 203.0.113.7:{port}")

    after = await later(stage, ann, seen)

    assert "3 of 3 ports added" in after.text
    assert [line[0] for line in lines(await ann.run("allocations history"))] == ["✅"] * 3


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_12], indirect=True)
async def test_one_deleted_through_the_bot_during_the_run_is_not_told_as_lost_but_others_are(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    eve = await stage.linked("eve", eve_of(world, "allocation.read", "allocation.delete"))
    waiting = await two_made(ann)
    port = next(row.port for row in added(world) if row.notes == "voice chat")
    await eve.run("allocations delete", server=SURVIVAL, allocation=f"203.0.113.7:{port}")
    await eve.press(f"Remove 203.0.113.7:{port}")
    await stage.pass_time(61)
    snatched(world, "web map")

    after = await later(stage, ann, waiting)

    assert "❌ A port did not stay" in after.text
    assert "web map: did not stay." in after.text
    assert f"▫️ `203.0.113.7:{port}` · voice chat: added, and no longer there." in after.text


async def test_who_sees_the_primary_only_is_not_told_that_what_they_added_is_gone(
    stage: TroubledStage, world: World
) -> None:
    world.survival.subusers[3] = ["allocation.create"]
    cid = await stage.linked("cid", world.cid)
    seen = await cid.run("allocations create", server="Survival", count=2)

    after = await later(stage, cid, seen)

    assert "2 of 2 ports added" in after.text
    assert "did not stay" not in after.text


async def test_a_panel_that_does_not_answer_the_look_corrects_nothing(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await three_made(ann)
    stage.panel.faults.html_bad_gateway(method="GET", times=None)

    after = await later(stage, ann, seen)

    assert "3 of 3 ports added" in after.text


async def test_an_unlink_before_the_look_ends_it_and_leaves_nothing(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await three_made(ann)
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")
    snatched(world, "voice chat")
    stage.panel.requests.clear()

    await later(stage, ann, seen)

    assert stage.asked == []
    assert stage.stored_of(ann) == []


async def test_a_port_that_the_panels_own_page_deletes_at_once_is_told(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await three_made(ann)
    WebPage(world.state, None).delete(world.survival, added(world)[0])

    after = await later(stage, ann, seen)

    assert "or somebody removed it" in after.text
    assert "2 of 3 ports added" in after.text


async def test_the_end_offers_the_restart_that_the_game_needs_to_whom_it_is_granted(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    cid = await stage.linked("cid", world.cid)
    mine = await three_made(ann)
    theirs = await cid.run("allocations create", server="Survival", count=2)

    question = await ann.press("Restart…", on=mine)

    assert "Restart…" not in theirs.buttons
    assert "⚠️ Restart Survival?" in question.text
    assert question.text.count("was added <t:") == 5
