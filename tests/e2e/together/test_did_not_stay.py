"""A change that was answered and did not stay: corrected in message and record, where it is still looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.history.recorded import lines
from tests.e2e.together.others import page_of, told_later
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import offers_undo
from tests.world import SURVIVAL, World


async def test_a_creation_that_did_not_stay_is_corrected_in_message_and_record(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    new.server_id = world.creative.id

    text = await told_later(stage, ann)

    assert f"❌ `203.0.113.7:{new.port}` did not stay" in text
    assert "2 of 5 ports used" in text
    assert lines(await ann.run("allocations history")) == [f"❌ Not added `203.0.113.7:{new.port}` · Survival"]


async def test_a_promotion_that_did_not_stay_is_corrected_in_message_and_record(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    assert offers_undo(seen)
    page_of(world, "bob").make_primary(world.survival, world.state.allocations[1])

    text = await told_later(stage, ann)

    assert (
        "❌ `203.0.113.7:25566` did not remain the primary: a few seconds later it is `play.example.com:25565`" in text
    )
    assert "❌ Not made primary" in lines(await ann.run("allocations history"))[0]


async def test_of_a_new_primary_that_is_only_no_longer_the_primary_the_creation_stays_done(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL, primary=True)
    new = world.state.allocations_of(world.survival)[-1]
    page_of(world, "bob").make_primary(world.survival, world.state.allocations[2])

    text = await told_later(stage, ann)

    assert f"❌ `203.0.113.7:{new.port}` did not remain the primary: a few seconds later it is" in text
    assert "The port itself is still there." in text
    assert lines(await ann.run("allocations history")) == [
        f"❌ Not made primary `play.example.com:25565` → `203.0.113.7:{new.port}` · Survival",
        f"✅ Added `203.0.113.7:{new.port}` · Survival",
    ]


async def test_a_promotion_with_nothing_to_go_back_to_is_corrected_on_record_too(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.state.release(world.state.allocations[1])
    seen = await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    assert not offers_undo(seen)
    world.survival.primary_id = 1

    text = await told_later(stage, ann)

    assert "did not remain the primary: a few seconds later there is none" in text
    assert "❌ Not made primary" in lines(await ann.run("allocations history"))[0]


@pytest.mark.parametrize("command", ["primary", "create"])
async def test_a_promotion_that_did_not_stay_is_not_told_as_a_lost_allocation_where_others_cannot_be_seen(
    stage: TroubledStage, world: World, command: str
) -> None:
    world.survival.subusers[3] = ["allocation.create", "allocation.update"]
    cid = await stage.linked("cid", world.cid)
    if command == "primary":
        await cid.run("allocations primary", server=SURVIVAL, allocation="#2")
        await cid.press("Make #2 the primary")
    else:
        await cid.run("allocations create", server=SURVIVAL, primary=True)
    page_of(world, "ann").make_primary(world.survival, world.state.allocations[1])

    text = await told_later(stage, cid)

    assert "did not remain the primary: a few seconds later it is `play.example.com:25565`" in text
    assert "no longer had it" not in text


async def test_a_correction_does_not_overwrite_what_the_person_looks_at_by_then(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    detail = await ann.choose("203.0.113.7:25566")
    new.server_id = world.creative.id

    await stage.env.advance_time(6)

    assert "did not stay" not in stage.env.backend.get_message(detail.message.channel_id, detail.message.id).content
    texts = [str(call.json) for call in stage.env.http_requests[-2:]]
    assert any("did not stay" in text for text in texts)


async def test_what_stayed_is_not_touched_again(stage: TroubledStage, ann: Person, world: World) -> None:
    await ann.run("allocations create", server=SURVIVAL)
    before = len(stage.env.http_requests)

    await stage.env.advance_time(60)

    assert stage.calls(before) == []


async def test_a_change_through_the_bot_meanwhile_is_not_taken_for_one_that_did_not_stay(
    stage: TroubledStage, ann: Person, bob: Person
) -> None:
    await ann.run("allocations primary", server=SURVIVAL, allocation="25566")
    await bob.run("allocations primary", server=SURVIVAL, allocation="25565")
    before = len(stage.env.http_requests)

    await stage.env.advance_time(60)

    assert stage.calls(before) == []


# ------------------------------------------------------------------------------------------------- Pelican


async def test_a_primary_that_pelican_deleted_is_told_and_another_can_be_set(world: World, tmp_path: Path) -> None:
    async with open_troubled_stage(world.state, tmp_path, flavour=Flavour.PELICAN) as stage:
        ann = await stage.linked("ann", world.ann)
        await ann.run("allocations delete", server=SURVIVAL, allocation="25566")
        hold = stage.panel.database.hold(method="DELETE")
        stage.watch_requests()
        async with stage.waiting_for("DELETE"):
            waiting = await ann.press("Remove 203.0.113.7:25566")
            await hold.arrived.wait()
            page_of(world, "bob").make_primary(world.survival, world.state.allocations[2])
            hold.release()
        await stage.env.settle()
        told = ann.saw(waiting.result).text
        detail = await ann.choose("play.example.com:25565")

        assert "✅ Removed `203.0.113.7:25566`. Somebody had made it the primary just before" in told
        assert "⚠️ No port is the primary. Choose one below and make it the primary" in told
        assert "⭐" not in told
        assert detail.buttons["Make primary"] is True
        healed = await ann.press("Make primary")
        assert "✅ Made primary `play.example.com:25565`." in healed.text
