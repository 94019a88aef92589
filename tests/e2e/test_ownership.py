"""Only the person a message belongs to can use its components, and damaged ones do nothing."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.e2e.scenes import SCENES, furnish
from tests.stage import Stage
from tests.world import World

CHANGING = [verb for verb, scene in SCENES.items() if scene.changes]


@pytest.mark.parametrize("verb", SCENES)
async def test_anothers_component_is_politely_refused_and_does_nothing(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    world.survival.subusers[2] = ["allocation.read", "allocation.create", "allocation.update", "allocation.delete"]
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    scene = SCENES[verb]
    shown = await scene.way(stage, ann)
    words = shown.text if shown.answered else ""
    custom_id = scene.custom_id(shown)
    on = shown if shown.answered else await ann.run("help")
    await stage.note_uses()
    before, kept = deepcopy(world.state), stage.stored_of(ann)
    stage.panel.requests.clear()

    seen = await scene.forge(stage, bob, on, custom_id)

    assert "These buttons belong to somebody else" in seen.text
    assert "Press **My servers** for your own" in seen.text
    assert seen.ephemeral
    assert seen.buttons == {"My servers": True}
    assert f":{bob.id}:" in seen.custom_id("My servers")
    assert seen.message.id != on.message.id
    assert stage.asked == []
    assert world.state == before
    assert stage.stored_of(ann) == kept
    if shown.answered:
        assert shown.text == words


async def test_every_verb_is_refused_to_another_whatever_its_arguments(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    # Two of them, with a pause: one person may not do so much at once.
    bob, cid = await stage.linked("bob", world.bob), await stage.linked("cid", world.cid)
    panel = await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    for number, verb in enumerate(sorted(stage.bot.router.verbs)):
        if number % 40 == 39:
            await stage.env.advance_time(11)
        for other, arguments in ((bob, ""), (cid, ":5e000001:2:1")):
            seen = await stage.forge(other, f"v1:{verb}:{ann.id}{arguments}", on=panel, values=["2"], kind=3)

            assert "These buttons belong to somebody else" in seen.text
    assert stage.asked == []


async def test_a_person_not_linked_is_refused_anothers_component_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    eve = stage.person("eve")
    panel = await ann.run("allocations list", server="Survival")

    seen = await stage.forge(eve, panel.custom_id("Post address here"), on=panel)

    assert "belong to somebody else" in seen.text
    assert seen.ephemeral


async def test_an_own_custom_id_on_anothers_message_acts_with_the_own_key_only(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    panel = await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    seen = await stage.forge(bob, f"v1:alloc.add:{bob.id}:5e000001:00000000", on=panel)

    assert "`allocation.create`" in seen.text
    assert {request.key for request in stage.panel.requests} == {world.bob}
    assert len(world.state.allocations_of(world.survival)) == 2


async def test_a_server_that_is_not_ones_own_cannot_be_reached_by_a_forged_id(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    solo = world.solo.identifier

    for custom_id in (
        f"v1:alloc.list:{ann.id}:{solo}:0",
        f"v1:alloc.add:{ann.id}:{solo}:00000000",
        f"v1:alloc.delete:{ann.id}:{solo}:25:0:00000000",
        f"v1:alloc.primary:{ann.id}:{solo}:25:none",
        f"v1:alloc.share:{ann.id}:{solo}",
        f"v1:alloc.notes:{ann.id}:{solo}:25:0",
    ):
        seen = await stage.forge(ann, custom_id, on=panel)

        assert "no such server of yours" in seen.text or "no longer there" in seen.text
        assert "203.0.113.9" not in seen.text
        assert seen.ephemeral
    assert len(world.state.allocations_of(world.solo)) == 1


async def test_an_allocation_of_another_server_cannot_be_reached_by_a_forged_id(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")

    for custom_id in (
        f"v1:alloc.delete:{ann.id}:5e000001:25:0:00000000",
        f"v1:alloc.primary:{ann.id}:5e000001:25:1",
        f"v1:alloc.ask:{ann.id}:5e000001:25:0",
        f"v1:alloc.show:{ann.id}:5e000001:25:0",
    ):
        seen = await stage.forge(ann, custom_id, on=panel)

        assert "That port is no longer there" in seen.text
    assert world.state.allocations[25].server_id == world.solo.id
    assert world.survival.primary_id == 1


@pytest.mark.parametrize(
    "template",
    [
        "v0:alloc.delete:{me}:5e000001:2:0:00000000",
        "v2:alloc.delete:{me}:5e000001:2:0:00000000",
        "v11:alloc.delete:{me}:5e000001:2:0:00000000",
        "v1:alloc.explode:{me}:5e000001:2",
        "v1:",
        "v1:alloc.delete",
        "v1:alloc.delete:",
        "v1:alloc.delete:{me}",
        "v1:alloc.delete:{me}:",
        "v1:alloc.delete:{me}:5e000001",
        "v1:alloc.delete:{me}:5e000001:",
        "v1:alloc.delete:{me}:5e000001:abc:0:00000000",
        "v1:alloc.delete:{me}:5e000001:2.0:0:00000000",
        "v1:alloc.delete:{me}:5e000001:0x2:0:00000000",
        "v1:alloc.delete:{me}:5e000001:0_2:0:00000000",
        "v1:alloc.delete:{me}:5e000001:-1:0:00000000",
        "v1:alloc.delete:{me}:5e000001:-2:0:00000000",
        "v1:alloc.delete:{me}:5e000001:9007199254740992:0:00000000",
        "v1:alloc.delete:{me}:5e000001:99999999999999999999999:0:00000000",
        "v1:alloc.delete:{me}:5e00000:2:0:00000000",
        "v1:alloc.delete:{me}:zzzzzzzz:2:0:00000000",
        "v1:alloc.delete:{me}:../../x:2:0:00000000",
        "v1:alloc.delete:{me}:5e000001%2f:2:0:00000000",
        "v1:alloc.delete:{me}:5e000001:2 :0:00000000",
        "v1:alloc.delete:-{me}:5e000001:2:0:00000000",
        "v1:alloc.primary:{me}:5e000001:-1:1",
        "v1:alloc.primary:{me}:5e000001:x",
        "v1:alloc.primary:{me}:5e000001",
        "v1:alloc.undo:{me}:5e000001:-1:2",
        "v1:alloc.undo:{me}:5e000001:2",
        "v1:alloc.add:{me}",
        "v1:alloc.notes:{me}:5e000001",
        "v1:alloc.notes:{me}:5e000001:-1:0",
        "v1:alloc.ask:{me}:5e000001:-1:0",
        "v1:alloc.list:{me}",
        "v1:alloc.list:{me}:5e000001:zero",
        "v1:alloc.pick:{me}:5e000001:0",
        "v1:alloc.share:{me}:survival",
        "v1:notes.submit:{me}:5e000001:2",
        "v1:notes.typed:{me}:5e000001:2",
        "v1:link.submit:{me}",
        "v1:servers.list:{me}:x",
        "v1:servers.turn:{me}:1:alloc-delete",
        "v1:servers.open:{me}:0",
        "v1:create.pick:{me}:0:unknown",
        "v1:history.list:{me}",
        "v1:history.pick:{me}:all:0",
        "v1:history.undo:{me}:x:5e000001:00000000",
    ],
)
async def test_a_component_of_another_version_or_damaged_says_so_and_changes_nothing(
    stage: Stage, world: World, template: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    before = deepcopy(world.state)

    seen = await stage.forge(ann, template.format(me=ann.id), on=panel)

    assert "This message is from an earlier version of me" in seen.text
    assert "Press **My servers** for a fresh one" in seen.text
    assert seen.ephemeral
    assert stage.changes == []
    before.keys = world.state.keys  # the message is drawn as it is now, and the panel notes when a key was used
    assert world.state == before


async def test_a_component_that_is_not_ours_is_left_alone(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    before = len(stage.env.http_requests)

    seen = await stage.forge(ann, "poll:42", on=panel)

    assert not seen.answered
    assert stage.calls(before) == []


async def test_a_choice_that_was_never_offered_changes_nothing(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    pick = f"v1:alloc.pick:{ann.id}:5e000001:0"

    for value in ("", "abc", "-2", "9" * 40, "../1", "25"):
        seen = await stage.forge(ann, pick, on=panel, values=[value], kind=3)

        assert "earlier version" in seen.text or "no longer there" in seen.text
        assert seen.ephemeral
    assert stage.changes == []


async def test_notes_longer_than_the_form_allows_are_refused_when_forged(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await stage.forge_form(ann, f"v1:notes.submit:{ann.id}:5e000001:2", notes="x" * 4000)

    assert "These notes are too long" in seen.text
    assert stage.changes == []


@pytest.mark.parametrize("verb", CHANGING)
async def test_an_interaction_dispatched_twice_changes_once_and_is_answered_once(
    stage: Stage, world: World, verb: str
) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    scene = SCENES[verb]
    shown = await scene.way(stage, ann)
    stage.panel.requests.clear()
    await scene.play(ann, shown)
    asked, state, calls = stage.asked, deepcopy(world.state), len(stage.env.http_requests)

    await stage.redeliver()

    assert stage.changes != []
    assert stage.asked == asked
    assert world.state == state
    assert stage.calls(calls) == []


async def test_a_command_dispatched_twice_creates_once(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")

    await stage.redeliver()

    assert len(world.state.allocations_of(world.survival)) == 3
