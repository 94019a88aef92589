"""Everything on a message keeps working when the bot is restarted: nothing is lost but what was in memory."""

from __future__ import annotations

import pytest

from tests.e2e.scenes import SCENES, furnish, words_of
from tests.stage import Stage
from tests.world import World


async def test_there_is_a_scene_for_every_component_the_bot_answers(stage: Stage) -> None:
    assert set(SCENES) == set(stage.bot.router.verbs)


@pytest.mark.parametrize("verb", SCENES)
async def test_a_component_from_before_the_restart_works(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    scene = SCENES[verb]
    seen = await scene.way(stage, ann)
    assert scene.custom_id(seen).split(":")[1] == verb

    await stage.restart()
    answer = await scene.play(ann, seen)

    forgotten = None if stage.texts_stay else scene.forgotten
    assert (forgotten or scene.shows) in words_of(answer)
    assert not answer.answered or answer.ephemeral or verb == "share.post"


async def test_the_link_survives_a_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    seen = await ann.run("servers")

    assert "Survival" in seen.text
    assert stage.panel.requests[-1].key == world.ann


async def test_the_last_server_used_survives_a_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Creative")
    await stage.restart()

    seen = await ann.run("allocations list")

    assert list(seen.options) == ["Creative", "Survival"]


async def test_a_picker_whose_notes_were_forgotten_says_so_and_creates_nothing(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", notes="query", primary=True)
    await stage.restart_without_texts()

    seen = await ann.choose("Survival")

    assert "I no longer know the notes you gave" in seen.text
    assert "</allocations create:" in seen.text
    assert stage.changes == []


async def test_a_picker_without_notes_still_knows_about_primary(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", primary=True)
    await stage.restart()

    await ann.choose("Survival")

    assert world.survival.primary_id not in (1, 2)


async def test_an_earlier_form_saves_in_place_after_a_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")
    form = await ann.press("Edit notes")
    await stage.restart()

    seen = await ann.fill(on=form, notes="kept")

    assert seen.message.id == panel.message.id
    assert world.state.allocations[2].notes == "kept"


async def test_share_after_a_restart_shares_what_is_the_primary_now(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.survival.primary_id = 2
    await stage.restart()

    await ann.press("Post address here")
    seen = await ann.press("Post")

    assert seen.message.content == "**Survival**: `203.0.113.7:25566`"
