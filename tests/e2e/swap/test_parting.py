"""What can go wrong with parting from a key of the bot's own: it is told what may be left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.demo.panel.faults import Which
from bot.demo.people import Person
from tests.e2e.swap.swapping import (
    BOTH,
    LISTING,
    MAKING,
    REMOVING,
    SWAP,
    SwapStage,
    Ways,
    always,
    still_works,
    swapped,
    unlink,
)
from tests.names import buttons_on, unnamed
from tests.security.evidence import database_file, run_sql
from tests.world import World


@BOTH
async def test_a_question_from_before_the_swap_asks_about_the_own_key_before_it_is_deleted_on_the_panel(
    stage: SwapStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await ann.run("unlink")
    earlier = next(part["custom_id"] for part in question.components if ":unlink.confirm:" in part.get("custom_id", ""))
    await ann.run("account")
    await ann.press(SWAP)
    (own,) = stage.own()

    again = await stage.forge(ann, earlier, on=question)

    assert "Nothing was deleted yet." in again.text
    assert f"I delete my key `{own.token[:5]}…{own.token[-4:]}` on" in again.text
    assert stage.own() == [own]
    assert len(stage.stored_of(ann)) == 1


@BOTH
async def test_an_unreachable_panel_does_not_keep_anybody_from_unlinking(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    stage.transport.point_at("http://127.0.0.1:9/")

    seen = await unlink(ann)

    assert "Everything I stored about you is gone." in seen.text
    assert f"I could not delete my own key `{own.token[:5]}…{own.token[-4:]}` on" in seen.text
    assert f"Delete it there by hand: it is the one named `{own.description}`." in seen.text
    assert any(label.startswith("See your keys on") for label in seen.buttons)
    assert stage.stored_of(ann) == []


@BOTH
async def test_an_own_key_that_is_gone_already_is_said_to_be(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    world.state.revoke(own.token)

    seen = await unlink(ann)

    assert f"My own key `{own.token[:5]}…{own.token[-4:]}` was gone from {stage.panel_name} already." in seen.text
    assert stage.stored_of(ann) == []


@BOTH
async def test_an_unlink_whose_answer_was_cut_off_finds_out_that_the_key_is_deleted(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    stage.panel.faults.reset_after(**REMOVING)

    seen = await unlink(ann)

    assert "is deleted on" in seen.text
    assert stage.own() == []
    assert len(stage.asked) == 2


async def test_an_unlink_that_cannot_be_written_tells_that_the_key_is_deleted_all_the_same(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    run_sql(
        database_file(stage), "CREATE TRIGGER full BEFORE DELETE ON links BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )

    seen = await unlink(ann)
    run_sql(database_file(stage), "DROP TRIGGER full")
    again = await unlink(ann)

    assert "My key on {panel} is deleted, but that is all." in unnamed(seen.text)
    assert "was gone from" in again.text
    assert stage.stored_of(ann) == []


async def test_a_link_that_cannot_part_from_the_own_key_names_what_to_delete_and_goes_on_trying(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    stage.panel.faults.html_bad_gateway(**always(REMOVING))

    seen = await ann.link(world.dan)
    stage.panel.faults.clear()
    await stage.bot.services.keyring.tidy_all()

    assert "✅ Linked" in seen.text
    assert f"it is the one named `{own.description}`" in seen.text
    assert stage.own() == []
    assert stage.intents() == 0
    assert "**Panel account**: dan" in (await ann.run("account")).text


async def test_who_unlinks_after_a_lost_answer_is_told_what_may_be_left(
    stage: SwapStage, world: World, ann: Person
) -> None:
    stage.panel.faults.reset_after(**MAKING)
    stage.panel.faults.html_bad_gateway(**always(LISTING))
    await ann.press(SWAP)
    (own,) = stage.own()

    seen = await unlink(ann)

    assert f"If you see one named `{own.description}` there, delete it by hand." in seen.text
    assert stage.stored_of(ann) == []


async def test_a_key_deleted_for_an_earlier_try_is_not_taken_for_the_own_one(stage: SwapStage, world: World) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    stray = world.state.add_key(world.state.users[1], description="Berth, for ann on Discord (00000000)")
    run_sql(
        database_file(stage),
        "INSERT INTO intents SELECT user_id, panel_origin, ?, unixepoch(), sealed_key FROM links",
        world.state.key(stray).description,
    )
    stage.panel.faults.html_bad_gateway(method="DELETE", path=f"*/account/api-keys/{own.identifier}", times=None)

    seen = await unlink(ann)

    assert f"I could not delete my own key `{own.token[:5]}…{own.token[-4:]}` on" in seen.text
    assert f"it is the one named `{own.description}`" in seen.text
    assert stage.own() == [own]


async def test_a_second_press_on_unlink_tells_as_well_what_is_to_be_deleted_by_hand(
    stage: SwapStage, world: World
) -> None:
    ann, _ = await swapped(stage, world.ann)
    (own,) = stage.own()
    question = await ann.run("unlink")
    label = next(label for label in question.buttons if label.startswith("Unlink"))
    stage.panel.faults.html_bad_gateway(**always(REMOVING))

    async with stage.slow_panel():
        await ann.press(label, on=question)
        await ann.press(label, on=question)
    seen = ann.saw(question.result)

    assert f"it is the one named `{own.description}`" in seen.text
    assert "There was nothing stored about you." not in seen.text
    assert stage.stored_of(ann) == []


async def test_what_a_failed_swap_left_is_looked_for_with_the_key_that_is_linked_next(
    stage: SwapStage, world: World, ann: Person
) -> None:
    stage.panel.faults.reset_after(**MAKING)
    while_read: Which = {**LISTING, "times": 3}
    stage.panel.faults.html_bad_gateway(**while_read)
    await ann.press(SWAP)
    left = len(stage.own())
    world.state.revoke(world.ann)

    seen = await ann.link(world.state.add_key(world.state.users[1]))

    assert "✅ Linked" in seen.text
    assert left == 1
    assert stage.own() == []
    assert stage.intents() == 0


@pytest.mark.parametrize("stage", [Ways(swap="always")], indirect=True)
async def test_always_tells_that_the_link_is_stored_where_the_swap_cannot_begin(stage: SwapStage, world: World) -> None:
    ann = stage.person("ann")
    run_sql(
        database_file(stage), "CREATE TRIGGER full BEFORE INSERT ON intents BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )

    seen = await ann.link(world.ann)

    assert "✅ Linked" in seen.text
    assert "I did not swap the key. I cannot write to my own database" in seen.text
    assert await still_works(stage, world, ann)


async def test_a_panel_that_let_no_keys_be_made_is_asked_again_after_an_hour(
    stage: SwapStage, world: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.panel.faults.answer(405, '{"errors":[{"code":"HttpException","status":"405","detail":"No."}]}', **MAKING)
    await ann.press(SWAP)
    off = await ann.run("account")
    offered_then = SWAP in off.buttons
    monkeypatch.setattr("bot.services.keys.swapping.ASKED_AGAIN", timedelta(0))

    await ann.run("account")
    seen = await ann.press(SWAP)

    assert not offered_then
    assert "✅ Swapped" in seen.text


async def test_who_left_while_the_key_was_made_is_told_to_link_and_has_the_buttons_for_it(
    stage: SwapStage, ann: Person
) -> None:
    async with stage.slow_panel(lambda request: request.method == "POST"):
        waiting = await ann.press(SWAP)
        run_sql(database_file(stage), "DELETE FROM links")  # as by another process

    seen = ann.saw(waiting.result)

    assert "You unlinked meanwhile." in seen.text
    assert "Run </link:" in seen.text
    assert "works as before" not in seen.text
    assert {"Create a key on {panel}", "I have my key"} <= set(buttons_on(seen))
    assert "Try again" not in seen.buttons


async def test_a_key_that_no_longer_allows_the_address_is_entered_anew_from_what_it_kept_from_happening(
    stage: SwapStage, ann: Person, world: World
) -> None:
    row = next(key for key in stage.panel.state.keys if key.token == world.ann)
    row.allowed_ips = ("198.51.100.9",)

    failed = await ann.press(SWAP)
    words, offered = failed.text, buttons_on(failed)
    row.allowed_ips = ()
    await ann.press("I have my key", on=failed)
    linked = await ann.fill(key=world.ann)

    assert "allow this bot's address" in words
    assert {"Create a key on {panel}", "I have my key"} <= set(offered)
    assert "Linked" in linked.text
