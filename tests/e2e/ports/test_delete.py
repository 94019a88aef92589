"""`/allocations delete` and Remove: the question, the danger button, and what is never deleted."""

from __future__ import annotations

import pytest

from tests.names import unnamed
from tests.stage import Stage
from tests.world import World, fill_up


async def test_deleting_asks_first_and_the_danger_button_names_the_object(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations delete", server="Survival", allocation="25566")

    assert seen.ephemeral
    assert "Remove port 25566 of Survival?" in str(seen.embed.title)
    assert "`203.0.113.7:25566`" in seen.text
    assert [[part["label"] for part in row["components"]] for row in seen.message.components] == [
        ["Remove 203.0.113.7:25566"],
        ["Cancel"],
    ]
    assert "The port may go to another customer at once and cannot be asked for again." in seen.text
    assert "Its notes are lost as well: voice lobby" in seen.text
    assert list(seen.buttons) == ["Remove 203.0.113.7:25566", "Cancel"]
    assert [part["style"] for part in seen.components] == [4, 2]
    assert stage.changes == []


async def test_the_danger_button_deletes_and_the_panel_shows_the_rest(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await ann.run("allocations delete", server="Survival", allocation="25566")

    seen = await ann.press("Remove 203.0.113.7:25566")

    assert seen.message.id == question.message.id
    assert world.state.allocations[2].server_id is None
    assert "✅ Removed `203.0.113.7:25566`." in seen.text
    assert "next start" in seen.text
    assert "1 of 5 ports used" in seen.text
    assert "203.0.113.7:25566" not in seen.options


async def test_button_question_answer_and_history_say_in_one_verb_that_a_port_is_removed(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    page = [*(await ann.choose("203.0.113.7:25566")).buttons]

    question = await ann.press("Remove…")
    asked, danger = question.text, next(iter(question.buttons))
    answer = (await ann.press(danger)).text
    history = await ann.run("allocations history", server="Survival")

    assert "Remove…" in page
    assert asked.startswith("⚠️ Remove port 25566 of Survival?")
    assert danger == "Remove 203.0.113.7:25566"
    assert "✅ Removed `203.0.113.7:25566`." in answer
    assert "✅ Removed `203.0.113.7:25566` · <t:" in history.text
    assert not any("elete" in words for words in (*page, asked, answer, history.text))


async def test_cancel_deletes_nothing_and_shows_the_allocation(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")

    seen = await ann.press("Cancel")

    assert seen.buttons == {
        "Make primary": True,
        "Edit notes": True,
        "Check": True,
        "Copy address": True,
        "Remove…": True,
        "Back": True,
    }
    assert stage.changes == []
    assert world.state.allocations[2].server_id == world.survival.id


async def test_delete_in_the_panel_asks_and_deletes_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")
    await ann.press("Remove…")

    seen = await ann.press("Remove 203.0.113.7:25566")

    assert seen.message.id == panel.message.id
    assert "✅ Removed" in seen.text


async def test_an_allocation_with_an_alias_is_named_by_its_ip_on_the_button(stage: Stage, world: World) -> None:
    world.state.allocations[2].ip_alias = "mc.example.com"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations delete", server="Survival", allocation="25566")

    assert "Remove 203.0.113.7:25566" in seen.buttons
    assert "`mc.example.com:25566`" in seen.text


async def test_the_primary_is_refused_with_the_way_out_before_anything_is_asked(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations delete", server="Survival", allocation="25565")

    assert "The primary cannot be removed" in seen.text
    assert "`play.example.com:25565` is the primary at this moment." in seen.text
    assert "</allocations primary:" in seen.text
    assert stage.changes == []


async def test_what_became_the_primary_after_the_question_is_not_deleted(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    world.survival.primary_id = 2

    seen = await ann.press("Remove 203.0.113.7:25566")

    assert "is the primary at this moment. Nothing was removed." in seen.text
    assert stage.changes == []
    assert world.state.allocations[2].server_id == world.survival.id


async def test_a_refused_deletion_may_be_pressed_again_when_it_is_possible(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await ann.run("allocations delete", server="Survival", allocation="25566")
    custom_id = question.custom_id("Remove 203.0.113.7:25566")
    world.survival.primary_id = 2
    await ann.press("Remove 203.0.113.7:25566")
    world.survival.primary_id = 1

    await stage.forge(ann, custom_id, on=question)

    assert world.state.allocations[2].server_id is None


@pytest.mark.parametrize(
    ("status", "limit", "words"),
    [
        ("suspended", 5, "The server is suspended; {panel} allows no changes until that ends."),
        (None, None, "no allocation limit set, so {panel} removes none. Ask your host to set one."),
        (None, 0, "allocation limit is 0, so {panel} removes none. Ask your host to raise it."),
    ],
)
async def test_the_danger_button_is_off_with_the_reason_where_nothing_can_be_deleted(
    stage: Stage, world: World, status: str | None, limit: int | None, words: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.survival.status, world.survival.limit = status, limit

    seen = await ann.run("allocations delete", server="Survival", allocation="25566")

    assert seen.buttons == {"Cancel": True, "Remove 203.0.113.7:25566": False}
    assert "**Remove** is off. " in seen.text
    assert words in unnamed(seen.text)


async def test_the_danger_button_is_off_for_a_reader_and_names_permission_and_grantor(
    stage: Stage, world: World
) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations delete", server="Survival", allocation="25566")

    assert seen.buttons == {"Cancel": True, "Remove 203.0.113.7:25566": False}
    assert "You lack the panel permission `allocation.delete`. Ask the server's owner to grant it" in seen.text


async def test_a_permission_taken_away_after_the_question_is_told_by_name(stage: Stage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.delete"]
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations delete", server="Survival", allocation="25566")
    world.survival.subusers[2] = ["allocation.read"]

    seen = await bob.press("Remove 203.0.113.7:25566")

    assert "The panel permission `allocation.delete` is missing" in seen.text
    assert world.state.allocations[2].server_id == world.survival.id


async def test_something_already_gone_is_told_and_nothing_is_sent(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    world.state.release(world.state.allocations[2])

    seen = await ann.press("Remove 203.0.113.7:25566")

    assert "That port is no longer there" in seen.text
    assert "Nothing was changed." in seen.text
    assert stage.changes == []


async def test_something_gone_meanwhile_is_not_asked_about(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")
    world.state.release(world.state.allocations[2])

    seen = await ann.press("Remove…")

    assert "That port is no longer there" in seen.text


async def test_what_went_to_another_customer_after_the_question_stays_with_them(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    world.state.allocations[2].server_id = world.solo.id

    await ann.press("Remove 203.0.113.7:25566")

    assert world.state.allocations[2].server_id == world.solo.id
    assert stage.changes == []


async def test_a_second_press_on_delete_deletes_nothing_more(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await ann.run("allocations delete", server="Survival", allocation="25566")
    danger = question.custom_id("Remove 203.0.113.7:25566")
    await stage.forge(ann, danger, on=question)
    world.state.assign(world.survival, 25566)

    seen = await stage.forge(ann, danger, on=question)

    assert "Already on it" in seen.text
    assert world.state.allocations[2].server_id == world.survival.id
    assert len(stage.changes) == 1


async def test_deletion_is_asked_about_where_the_person_cannot_see_the_allocation(stage: Stage, world: World) -> None:
    world.survival.subusers[3] = ["allocation.delete"]
    cid = await stage.linked("cid", world.cid)
    panel = await cid.run("allocations list", server="Survival")
    ask = panel.custom_id("Refresh").replace("alloc.list", "alloc.ask").replace(":0", ":2:0")

    question = await stage.forge(cid, ask, on=panel)
    labels = list(question.buttons)
    seen = await cid.press("Remove the port with id 2")

    assert labels == ["Remove the port with id 2", "Cancel"]
    assert world.state.allocations[2].server_id is None
    assert "✅ Removed the port with id 2." in seen.text


async def test_a_deletion_of_what_was_not_seen_and_is_not_there_is_not_told_as_done(stage: Stage, world: World) -> None:
    world.survival.subusers[3] = ["allocation.delete"]
    cid = await stage.linked("cid", world.cid)
    panel = await cid.run("allocations list", server="Survival")
    ask = panel.custom_id("Refresh").replace("alloc.list", "alloc.ask").replace(":0", ":2:0")
    await stage.forge(cid, ask, on=panel)
    del world.state.allocations[2]

    seen = await cid.press("Remove the port with id 2")

    assert "✅" not in seen.text
    assert "That port is no longer there" in seen.text
    assert stage.changes == ["DELETE /servers/5e000001/network/allocations/2"]
    assert "🚫 Refused, not removed" in (await cid.run("allocations history")).text


async def test_deleting_works_in_direct_messages(stage: Stage, world: World) -> None:
    ann = stage.in_direct_messages("ann")
    await ann.link(world.ann)

    await ann.run("allocations delete", server="Survival", allocation="25566")
    seen = await ann.press("Remove 203.0.113.7:25566")

    assert seen.ephemeral
    assert world.state.allocations[2].server_id is None


async def test_after_a_deletion_the_page_it_was_on_is_shown(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    turned = await ann.press("Next")
    address = list(turned.options)[3]
    await ann.choose(address)
    await ann.press("Remove…")

    seen = await ann.press(f"Remove {address}")

    assert "Page 2 of 3" in seen.text
    assert f"✅ Removed `{address}`" in seen.text
