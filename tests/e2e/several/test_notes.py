"""The notes of several ports: late, refused, written by others meanwhile; and what is kept of it all."""

from __future__ import annotations

import json

from bot.demo.people import Person
from tests.e2e.several.plans import CREATES, ROWS, added, asked, eve_of, notes_of
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import SURVIVAL, World


async def test_notes_that_the_panel_has_no_time_for_are_written_when_it_has(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat")
    stage.panel.faults.rate_limited(20, method="POST", path=f"{ROWS}/*")

    waiting = await ann.press("Add 1 port")
    text, between = waiting.text, notes_of(world)
    await stage.pass_time(21)

    assert "· voice chat (not written yet)" in text
    assert "I ask for the next one <t:" in text
    assert between == [None]
    assert notes_of(world) == ["voice chat"]
    assert "1 of 1 port added" in ann.saw(waiting.result).text
    assert stage.asked.count(CREATES) == 1


async def test_notes_that_cannot_be_written_stop_nothing_and_are_told(stage: TroubledStage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)
    await cid.run("allocations create", server="Survival", notes="lobby", count=2)

    seen = cid.seen

    assert notes_of(world) == [None, None]
    assert "2 of 2 ports added" in seen.text
    assert "⚠️ The notes of 2 ports are not written." in seen.text
    assert "`allocation.update`" in seen.text
    assert "Go on" in seen.buttons


async def test_notes_that_somebody_wrote_meanwhile_are_not_overwritten_by_go_on(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat")
    stage.panel.faults.answer(
        422, '{"errors":[{"code":"ValidationException","status":"422","detail":"No."}]}', path=f"{ROWS}/*"
    )
    await ann.press("Add 1 port")
    added(world)[0].notes = "theirs"

    seen = await ann.press("Go on")

    assert notes_of(world) == ["theirs"]
    assert "Go on" not in seen.buttons


async def test_a_lost_answer_to_who_may_not_look_is_left_out_and_the_others_are_added(
    stage: TroubledStage, world: World
) -> None:
    cid = await stage.linked("cid", world.cid)
    stage.panel.faults.gateway_timeout_after_apply(method="POST", path=ROWS)
    lost = (await cid.run("allocations create", server="Survival", count=2)).text

    unclear = (await cid.press("Go on")).text
    seen = await cid.press("Go on")

    assert "❔ The answer from {panel} to the last request was lost" in unnamed(lost)
    assert "❔ I cannot tell which port is the one I asked for last" in unclear
    assert "1 of 2 ports added" in seen.text
    assert "Look at those with ❔ in the list before you add others in their place." in seen.text
    assert len(notes_of(world)) == 2


async def test_a_port_that_was_there_all_along_is_not_taken_for_the_lost_one_by_who_may_look_since(
    stage: TroubledStage, world: World
) -> None:
    eve = await stage.linked("eve", eve_of(world, "allocation.create"))
    stage.panel.faults.reset_before(method="POST", path=ROWS)
    lost = await stage.looked_long(await eve.run("allocations create", server="Survival", count=2), eve)
    text = lost.text
    world.survival.subusers[max(world.survival.subusers)] = ["allocation.create", "allocation.read"]
    await stage.pass_time(61)

    seen = await eve.press("Go on", on=lost)

    assert "❔ The answer from {panel} to the last request was lost" in unnamed(text)
    assert "❔ I cannot tell which port is the one I asked for last" in seen.text
    assert "25566" not in seen.text


async def test_what_one_added_oneself_in_between_is_not_taken_for_the_lost_one(
    stage: TroubledStage, world: World
) -> None:
    eve = await stage.linked("eve", eve_of(world, "allocation.read", "allocation.create"))
    stage.panel.faults.reset_before(method="POST", path=ROWS)
    lost = await stage.looked_long(await eve.run("allocations create", server="Survival", count=2), eve)
    await stage.pass_time(61)
    single = (await eve.run("allocations create", server="Survival")).text
    await stage.pass_time(61)

    end = await eve.press("Go on", on=lost)
    for _ in range(7):
        await stage.pass_time(10)

    assert "✅ Added" in single
    assert "2 of 2 ports added" in eve.saw(end.result).text
    assert len(notes_of(world)) == 3


async def test_without_the_log_a_lost_one_that_shows_later_counts_as_very_likely(
    stage: TroubledStage, world: World
) -> None:
    eve = world.state.add_user("eve")
    world.state.add_subuser(world.survival, eve, ["allocation.read", "allocation.create", "allocation.update"])
    person = await stage.linked("eve", world.state.add_key(eve))
    stage.panel.faults.gateway_timeout_after_apply(method="POST", path=ROWS)
    lost = (await person.run("allocations create", server="Survival", notes="lobby", count=2)).text

    seen = await person.press("Go on")

    assert "perhaps as `203.0.113.7:" in lost
    assert "very likely, for it was not there before. I did not write its notes." in seen.text
    assert "2 of 2 ports added" in seen.text
    assert notes_of(world) == [None, "lobby"]


async def test_what_is_kept_of_several_is_in_the_export_and_goes_with_the_link(
    stage: TroubledStage, ann: Person
) -> None:
    await ann.run("allocations create", server="Survival", notes="lobby", count=2)
    await ann.run("account")

    seen = await ann.press("Get it all as JSON")
    (file,) = seen.message.attachments
    (kept,) = json.loads(await file.read())["several"]
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")

    assert kept["server"] == {"identifier": SURVIVAL, "name": "Survival"}
    assert [(port["notes"], port["state"]) for port in kept["ports"]] == [("lobby", "made")] * 2
    assert stage.stored_of(ann) == []
