"""A port whose notes are others than the question showed is asked about anew, for they go with it."""

from __future__ import annotations

from tests.stage import Stage
from tests.world import World


async def test_a_port_whose_notes_were_changed_after_the_question_is_asked_about_again(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await ann.run("allocations delete", server="Survival", allocation="25566")
    world.state.allocations[2].notes = "web map"

    again = await ann.press("Remove 203.0.113.7:25566")
    words, message, removed = again.text, again.message.id, list(stage.changes)
    done = await ann.press("Remove 203.0.113.7:25566")

    assert message == question.message.id
    assert "⚠️ Its notes have been changed since I asked. Nothing was removed yet." in words
    assert "Its notes are lost as well: web map" in words
    assert removed == []
    assert "✅ Removed `203.0.113.7:25566`." in done.text


async def test_notes_that_could_not_be_seen_at_the_question_are_asked_about_once_they_can(
    stage: Stage, world: World
) -> None:
    world.survival.subusers[3] = ["allocation.delete"]
    cid = await stage.linked("cid", world.cid)
    await cid.run("allocations delete", server="Survival", allocation="#2")
    world.survival.subusers[3] = ["allocation.read", "allocation.delete"]

    again = await cid.press("Remove the port with id 2")

    assert "Its notes are lost as well: voice lobby" in again.text
    assert stage.changes == []
