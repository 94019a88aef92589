"""Unlinking: what is stored of a person is deleted, after a question, and of nobody else."""

from __future__ import annotations

from tests.names import FIRST_STEP, buttons_on
from tests.stage import Stage
from tests.world import World


async def test_unlinking_asks_first_and_the_danger_button_names_the_key(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("unlink")

    assert seen.ephemeral
    assert "everything else I store about you" in seen.text
    assert f"stays valid until you delete it on {stage.bot.site.name}" in seen.text
    page = f"See your keys on {stage.bot.site.name}"
    assert list(seen.buttons) == ["Cancel", f"Unlink ptlc_…{world.ann[-4:]}", page]
    danger = next(part for part in seen.components if part["label"].startswith("Unlink"))
    assert danger["style"] == 4
    assert len(stage.stored_of(ann)) == 1


async def test_cancelling_keeps_the_link(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("unlink")

    seen = await ann.press("Cancel")

    assert "Your link" in seen.text
    assert len(stage.stored_of(ann)) == 1


async def test_after_unlinking_nothing_is_stored_and_the_next_command_offers_to_link(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    await ann.run("account")
    await ann.press("Unlink…")

    seen = await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    assert "Everything I stored about you is gone." in seen.text
    assert stage.stored_of(ann) == []
    stage.panel.requests.clear()
    assert await ann.suggest("allocations list", "server", "") == {}
    assert await ann.suggest("allocations notes", "allocation", "", server="Survival") == {}
    assert "First, link your account on" in (await ann.run("allocations list", server="Survival")).text
    assert stage.asked == []


async def test_the_buttons_of_somebody_who_unlinked_offer_to_link(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    pressed = [panel.custom_id(label) for label in ("Refresh", "Add port", "Post address here")]
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")
    stage.panel.requests.clear()

    for custom_id in pressed:
        seen = await stage.forge(ann, custom_id, on=panel)

        assert "First, link your account on" in seen.text
        assert buttons_on(seen) == FIRST_STEP
        assert seen.ephemeral
    assert stage.asked == []


async def test_a_question_about_an_earlier_key_asks_about_the_one_there_is_and_deletes_nothing(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await ann.run("unlink")
    earlier = question.custom_id(f"Unlink ptlc_…{world.ann[-4:]}")
    await ann.link(world.bob)

    again = await stage.forge(ann, earlier, on=question)
    words, message, stored = again.text, again.message.id, len(stage.stored_of(ann))
    done = await ann.press(f"Unlink ptlc_…{world.bob[-4:]}")

    assert message == question.message.id
    assert "⚠️ What I store about you has changed since I asked. Nothing was deleted yet." in words
    assert f"`ptlc_…{world.bob[-4:]}`" in words
    assert stored == 1
    assert "✅ Unlinked" in done.text


async def test_a_name_given_after_the_question_is_asked_about_before_it_goes_from_everybody(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await ann.run("unlink")
    earlier = question.custom_id(f"Unlink ptlc_…{world.ann[-4:]}")
    await ann.run("allocations address", server="Survival", name="play.example.org")

    again = await stage.forge(ann, earlier, on=question)

    assert "Nothing was deleted yet." in again.text
    assert "The name `play.example.org` that you gave a server goes too" in again.text
    assert "play.example.org" in (await ann.run("allocations list", server="Survival")).text


async def test_what_somebody_typed_and_was_asked_about_is_forgotten_with_everything_else(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    refused = await ann.run("allocations notes", server="Survival", allocation="25566", text="x" * 200)
    edit = refused.custom_id("Edit again")
    picker = await ann.run("allocations create", notes="for later")
    pick = next(str(part["custom_id"]) for part in picker.components if part["type"] == 3)
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    unlinked = [
        (await stage.forge(ann, edit, on=refused)).text,
        (await stage.forge(ann, pick, on=picker, values=[world.survival.identifier], kind=3)).text,
    ]
    await ann.link(world.ann)
    edited = (await stage.forge(ann, edit, on=refused)).text
    chosen = await stage.forge(ann, pick, on=picker, values=[world.survival.identifier], kind=3)

    assert all("First, link your account" in text for text in unlinked)
    assert "I no longer have the text you typed" in edited
    assert "I no longer know the notes you gave" in chosen.text
    assert stage.changes == []


async def test_unlinking_twice_says_that_nothing_was_stored(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    question = await ann.run("unlink")
    confirm = question.custom_id(f"Unlink ptlc_…{world.ann[-4:]}")
    await stage.forge(ann, confirm, on=question)

    seen = await stage.forge(ann, confirm, on=question)

    assert "There was nothing stored about you." in seen.text
    assert stage.stored_of(ann) == []


async def test_unlinking_concerns_nobody_else(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)

    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    assert len(stage.stored_of(bob)) == 1
    assert "Survival" in (await bob.run("servers")).text


async def test_a_list_that_arrives_after_unlinking_is_not_kept(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    await ann.link(world.ann)
    await stage.restart()

    async with stage.slow_panel():
        await ann.suggest("allocations list", "server", "")
        await ann.run("unlink")
        await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    assert await ann.suggest("allocations list", "server", "") == {}
    assert stage.stored_of(ann) == []


async def test_linking_again_after_unlinking_works(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    await ann.press("Link again")
    seen = await ann.fill(key=world.ann)

    assert "✅ Linked" in seen.text
    assert "replaced" not in seen.text
